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
// Returns whether `text` is a token: one tchar or more.
bool isToken(std::string_view text);

constexpr bool equalsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (toLower(a[i]) != toLower(b[i])) return false;
  }
  return true;
}
std::string lower(std::string_view text);
// Concatenates the texts, separated by ", ".
std::string join(const std::vector<std::string>& texts);
// Returns `text` without blanks (space, tab) at both ends: a view into it.
std::string_view trim(std::string_view text);

// Reads a decimal number: digits only, no sign, no blank. Returns nothing for other text and above `max`.
std::optional<std::uint64_t> parseDecimal(std::string_view text, std::uint64_t max = UINT64_MAX);
void appendDecimal(std::string& out, std::uint64_t value);
// Appends the last `digits` decimal digits, with leading zeros: 7 in two digits is "07". REQUIRES: digits <= 20.
void appendPadded(std::string& out, std::uint64_t value, unsigned digits);
// Appends milliseconds with three decimals: "1.500".
void appendMilliseconds(std::string& out, Duration duration);
// Appends two lower-case hexadecimal digits.
void appendHexByte(std::string& out, char byte);
// Appends lower-case hexadecimal without leading zeros, as in chunk sizes (RFC 9112 section 7.1).
void appendHex(std::string& out, std::uint64_t value);

// Returns the position of the first of these characters, or npos. Compares a block of characters at once, where
// string_view::find_first_of() calls memchr(3) for each one.
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

// Calls `visit(element)` for every non-empty element of a comma-separated list (RFC 9110 section 5.6.1), trimmed.
// For lists of tokens only: commas inside quoted strings separate, too.
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
