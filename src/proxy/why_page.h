// The page that shows its reader why requests of their address failed, for browsers hide the answer to a CONNECT that
// was refused. Pure.
#pragma once

#include <string>

#include "megaphone/proxy/own_pages.h"

namespace megaphone::proxy {

// The body, as HTML or as plain text.
std::string whyPage(const PageMatter& matter, bool html);

}  // namespace megaphone::proxy
