// ASCII as the protocols use it: case, digits, tokens, numbers. Independent of any locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vector>
#include "megaphone/base/mono_time.h"

namespace megaphone::ascii {

constexpr char toLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isAlpha(char c) { return toLower(c) >= 'a' && toLower(c) <= 'z'; }
constexpr bool isHex(char c) { return isDigit(c) || (toLower(c) >= 'a' && toLower(c) <= 'f'); }
constexpr bool isBlank(char c) { return c == ' ' || c == '\t'; }

// tchar of RFC 9110 section 5.6.2.
bool isTokenChar(char c);
// A token: one tchar at least.
bool isToken(std::string_view text);

constexpr bool equalsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (toLower(a[i]) != toLower(b[i])) return false;
  }
  return true;
}
std::string lower(std::string_view text);
// One after the other, with ", " in between.
std::string join(const std::vector<std::string>& texts);
// Without blanks (space, tab) at both ends; a view into `text`.
std::string_view trim(std::string_view text);

// Digits only, no sign, no blank; nothing on overflow of `max`.
std::optional<std::uint64_t> parseDecimal(std::string_view text, std::uint64_t max = UINT64_MAX);
void appendDecimal(std::string& out, std::uint64_t value);
// The last `digits` decimal digits, zeros in front: 7 in two digits is "07". REQUIRES: digits <= 20.
void appendPadded(std::string& out, std::uint64_t value, unsigned digits);
// Milliseconds with three decimals: "1.500".
void appendMilliseconds(std::string& out, Duration duration);
// Two lower-case hexadecimal digits, as escapes have them.
void appendHexByte(std::string& out, char byte);
// Lower-case hexadecimal without leading zeros, as chunk sizes are written.
void appendHex(std::string& out, std::uint64_t value);

// Where the first of these characters stands, or npos. string_view::find_first_of() calls memchr(3) for each one that
// it passes; here a block is passed at once.
template <char... kAny>
constexpr std::size_t findAny(std::string_view text) {
  constexpr std::size_t kBlock = 16;
  std::size_t i = 0;
  for (bool any = false; i + kBlock <= text.size(); i += kBlock) {
    for (std::size_t k = 0; k < kBlock; ++k) any |= ((text[i + k] == kAny) | ...);
    if (any) break;
  }
  for (; i < text.size(); ++i) {
    if (((text[i] == kAny) || ...)) return i;
  }
  return std::string_view::npos;
}

// Calls `visit(element)` for every non-empty element of a comma-separated list (RFC 9110 section 5.6.1), trimmed. For
// lists of tokens: no quoted string stands there, so that a quote hides no comma.
template <class Visit>
void forEachListElement(std::string_view list, Visit&& visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trim(list.substr(0, comma));
    if (!element.empty()) visit(element);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
}

}  // namespace megaphone::ascii
