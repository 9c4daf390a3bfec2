// SyntaxError: the mistake in a line that is not TOML, and how the line was probably meant. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace megaphone::config {

struct SyntaxError {
  std::size_t offset = 0;  // of the underlined bytes
  std::size_t length = 0;
  std::string message;
  std::string help;
  std::string meant;  // the line that can be read instead; "" for none
};

// Returns the mistake in what was to be a header, or a key and a value; nothing for a line that is like neither.
// REQUIRES: the parser has refused the line.
std::optional<SyntaxError> findSyntaxError(std::string_view line);

// Return "max_head" of "max_head = 3", and "proxy" of "[[proxy]]"; "" for other lines.
std::string_view keyOf(std::string_view line);
std::string_view headerOf(std::string_view line);

}  // namespace megaphone::config
