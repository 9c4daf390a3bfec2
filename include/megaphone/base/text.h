// text: sentences made of pieces, for messages. Not for hot paths.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace megaphone {

namespace text_pieces {

inline void append(std::string& out, std::string_view piece) { out += piece; }
template <std::integral Number>
requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) void append(std::string& out, Number number) {
  out += std::to_string(number);
}

}  // namespace text_pieces

// Returns the pieces one behind the other: texts as they are, whole numbers in decimal.
template <class... Pieces>
[[nodiscard]] std::string concat(const Pieces&... pieces) {
  std::string out;
  (text_pieces::append(out, pieces), ...);
  return out;
}

// Returns the texts of a range with `between` between each two.
template <class Texts>
[[nodiscard]] std::string joined(const Texts& texts, std::string_view between) {
  std::string out;
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out += between;
    first = false;
    out += text;
  }
  return out;
}

}  // namespace megaphone
