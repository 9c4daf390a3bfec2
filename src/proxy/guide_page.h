// The page with every guide: how browsers, systems and programs are pointed at this proxy. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/host_port.h"

namespace megaphone::proxy {

// Returns the body, as HTML or as plain text.
std::string guidePage(const HostPort& proxy, bool html, std::string_view note);

}  // namespace megaphone::proxy
