// The proxy's own page: about the proxy, and how to set up a browser or a program for it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/host_port.h"

namespace megaphone::proxy {

// Returns the page. `proxy`: as the client reaches it (answer.h).
std::string homePage(const HostPort& proxy, std::string_view note);
std::string homeText(const HostPort& proxy, std::string_view note);

}  // namespace megaphone::proxy
