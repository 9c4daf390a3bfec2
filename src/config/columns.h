// columns: counting and cutting by characters, as far as underlining a value needs it.
#pragma once

#include <cstddef>
#include <string_view>

namespace megaphone::config::columns {

constexpr bool startsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

constexpr std::size_t count(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) out += startsCharacter(c) ? 1u : 0u;
  return out;
}

// Returns the byte where character number `index` begins; the size of the text if it has fewer.
constexpr std::size_t offset(std::string_view text, std::size_t index) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (startsCharacter(text[i]) && seen++ == index) return i;
  }
  return text.size();
}

}  // namespace megaphone::config::columns
