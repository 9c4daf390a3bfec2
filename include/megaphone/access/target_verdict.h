// Judges a target before its name is looked up. Pure.
#pragma once

#include <string_view>

#include "megaphone/access/rules.h"

namespace megaphone::access {

// Judges the port, and the address where `host` is one; a name is judged later, by its addresses.
Verdict judgeTarget(const DestinationRules& rules, std::string_view host, std::uint16_t port, bool connect);

}  // namespace megaphone::access
