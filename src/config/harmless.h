// harmless: text of strangers on its way to a terminal or into a line: nothing in it moves the cursor or ends the line.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "megaphone/base/utf8.h"

namespace megaphone::config {

// Control characters and what is no UTF-8 become '?'; tabs stay.
inline std::string harmless(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8Length(text);
    const bool shown = length > 0 && (text.front() == '\t' || !utf8Control(text));
    out += shown ? text.substr(0, length) : "?";
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace megaphone::config
