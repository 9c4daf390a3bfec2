// The page that shows its reader why requests of their address failed, for browsers hide the answer to a CONNECT that
// was refused. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/proxy/own_pages.h"

namespace megaphone::proxy {

// Returns the body, as HTML or as plain text.
std::string whyPage(const PageMatter& matter, bool html, std::string_view note);

}  // namespace megaphone::proxy
