// The proxy's own page: what this is, that it works, and how to point a browser or a program at it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/host_port.h"

namespace megaphone::proxy {

// `proxy` is what the client can call the proxy: answer.h.
std::string homePage(const HostPort& proxy, std::string_view note);
std::string homeText(const HostPort& proxy, std::string_view note);

}  // namespace megaphone::proxy
