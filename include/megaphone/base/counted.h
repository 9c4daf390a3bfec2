// counted: a number with its noun: "1 byte", "2 bytes".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace megaphone {

// Returns the number and the noun, in the plural unless the number is 1. `thing`: singular, its plural ends in s.
inline std::string counted(std::uint64_t number, std::string_view thing) {
  return std::to_string(number).append(" ").append(thing).append(number == 1 ? "" : "s");
}

}  // namespace megaphone
