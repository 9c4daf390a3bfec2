// SecretMask: overwrites the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie in one direction of a
// connection, byte for byte, however the stream is cut into pieces. Pure.
//
// It does not follow the framing: the value of any line that begins with one of these names is hidden, in a body too.
// If the bytes before are unknown, everything to the end of the line and of its continuation lines is hidden. It rather
// hides too much.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace megaphone::pcapng {

class SecretMask {
 public:
  static constexpr char kFiller = 'x';

  // Overwrites secrets in `bytes`, in place, with kFiller.
  void apply(std::span<char> bytes);
  // Follows bytes that are not shown to anybody.
  void follow(std::string_view bytes);
  // Notes that bytes are missing here, or that the stream begins in the middle: the rest of the line may be a value.
  void skip() { state_ = State::unknown; }
  // Notes that a line certainly begins here. Has an effect only after skip().
  void restart() {
    if (state_ == State::unknown) state_ = State::begin;
  }

 private:
  enum class State : std::uint8_t {
    begin,     // at the beginning of a line, or in blanks there
    name,      // in a line that so far matches the beginning of a name
    named,     // after a whole name: blanks, or the colon
    value,     // in a value, which is hidden to the end of the line
    unknown,   // in bytes that may be a value, and are hidden
    next,      // after the line of a value: a line that begins with a blank continues it
    ordinary,  // in the rest of a line that is shown
  };
  template <class Hide>
  void walk(std::string_view bytes, Hide&& hide);
  State take(char c);

  State state_ = State::begin;
  std::uint8_t length_ = 0;      // of the name so far
  std::uint8_t candidates_ = 0;  // a bit for each name that it may become
};

}  // namespace megaphone::pcapng
