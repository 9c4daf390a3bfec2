#include "megaphone/pcapng/secret_mask.h"

#include <array>
#include <string_view>

#include "megaphone/base/ascii.h"

namespace megaphone::pcapng {
namespace {

constexpr std::array<std::string_view, 4> kNames{"authorization", "proxy-authorization", "cookie", "set-cookie"};
constexpr std::uint8_t kAll = (1 << kNames.size()) - 1;

bool isBlank(char c) { return c == ' ' || c == '\t'; }
bool isLineEnd(char c) { return c == '\r' || c == '\n'; }

// Returns those of the candidates that have `c` as their n-th character.
std::uint8_t narrowed(std::uint8_t candidates, std::size_t n, char c) {
  std::uint8_t left = 0;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const bool fits = (candidates >> i & 1) != 0 && n < kNames[i].size() && kNames[i][n] == ascii::toLower(c);
    left = static_cast<std::uint8_t>(left | (fits ? 1 << i : 0));
  }
  return left;
}

bool anyEndsAt(std::uint8_t candidates, std::size_t length) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if ((candidates >> i & 1) != 0 && kNames[i].size() == length) return true;
  }
  return false;
}

}  // namespace

void SecretMask::apply(std::span<char> bytes) {
  walk({bytes.data(), bytes.size()}, [bytes](std::size_t i) { bytes[i] = kFiller; });
}

void SecretMask::follow(std::string_view bytes) {
  walk(bytes, [](std::size_t) {});
}

// Calls `hide(place)` for each byte of a value.
template <class Hide>
void SecretMask::walk(std::string_view bytes, Hide&& hide) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (state_ == State::ordinary) {  // most of content: nothing happens before the line ends
      const std::size_t end = ascii::findAny<'\r', '\n'>(bytes.substr(i));
      if (end == std::string_view::npos) return;
      i += end;
    }
    const char c = bytes[i];
    const State before = state_;
    state_ = take(c);
    const bool hidden = state_ == before && (state_ == State::value || state_ == State::unknown);
    if (hidden && !isBlank(c) && c != '\r') hide(i);
  }
}

SecretMask::State SecretMask::take(char c) {
  switch (state_) {
    case State::next:
      if (isBlank(c)) return State::value;
      [[fallthrough]];
    case State::begin:
      if (isBlank(c) || isLineEnd(c)) return State::begin;
      length_ = 0;
      candidates_ = kAll;
      [[fallthrough]];
    case State::name:
      candidates_ = narrowed(candidates_, length_, c);
      ++length_;
      if (candidates_ == 0) return isLineEnd(c) ? State::begin : State::ordinary;
      return anyEndsAt(candidates_, length_) ? State::named : State::name;
    case State::named:
      if (c == ':') return State::value;
      if (isLineEnd(c)) return State::begin;
      return isBlank(c) ? State::named : State::ordinary;
    case State::value:
    case State::unknown: return c == '\n' ? State::next : state_;
    case State::ordinary: return isLineEnd(c) ? State::begin : State::ordinary;
  }
  return State::ordinary;
}

}  // namespace megaphone::pcapng
