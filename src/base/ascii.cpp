#include "megaphone/base/ascii.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace megaphone::ascii {
namespace {

constexpr std::array<bool, 256> makeTokenTable() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const char ch = static_cast<char>(c);
    table[static_cast<std::size_t>(c)] = c < 128 && (isAlpha(ch) || isDigit(ch));
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kTokenTable = makeTokenTable();

template <int kBase>
void appendNumber(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, kBase).ptr;
  out.append(digits.data(), end);
}

}  // namespace

bool isTokenChar(char c) { return kTokenTable[static_cast<unsigned char>(c)]; }

bool isToken(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), isTokenChar); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), toLower);
  return out;
}

std::string join(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::uint64_t> parseDecimal(std::string_view text, std::uint64_t max) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), isDigit)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

void appendDecimal(std::string& out, std::uint64_t value) { appendNumber<10>(out, value); }

void appendPadded(std::string& out, std::uint64_t value, unsigned digits) {
  std::array<char, 20> text;
  assert(digits <= text.size());
  const auto begin = text.end() - digits;
  for (auto digit = text.end(); digit != begin; value /= 10) *--digit = static_cast<char>('0' + value % 10);
  out.append(begin, text.end());
}

void appendMilliseconds(std::string& out, Duration duration) {
  const auto us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
  appendDecimal(out, us / 1000);
  appendPadded(out += '.', us % 1000, 3);
}

void appendHexByte(std::string& out, char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  out += kDigits[value >> 4];
  out += kDigits[value & 15];
}

void appendHex(std::string& out, std::uint64_t value) { appendNumber<16>(out, value); }

}  // namespace megaphone::ascii
