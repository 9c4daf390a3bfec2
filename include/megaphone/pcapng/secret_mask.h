// SecretMask: overwrites the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie in one direction of a
// connection, byte for byte, however it is cut into pieces. Pure.
//
// It does not follow the framing: whatever line begins with one of these names loses its value, in a body too. Where it
// does not know what stands in front, it hides all to the end of the line and of those that go on with it. Erring, it
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

  // Changes `bytes` in place; their number stays.
  void apply(std::span<char> bytes);
  // Takes notice of bytes that nobody is shown.
  void follow(std::string_view bytes);
  // Some bytes are missing here, or it begins in the middle: the rest of the line may be a value.
  void skip() { state_ = State::unknown; }
  // A line begins here, for certain. Nothing happens unless it does not know where it is.
  void restart() {
    if (state_ == State::unknown) state_ = State::begin;
  }

 private:
  enum class State : std::uint8_t {
    begin,     // at the beginning of a line, or in blanks there
    name,      // so far the line is the beginning of a name
    named,     // behind a whole name: blanks, or the colon
    value,     // what is hidden, to the end of the line
    unknown,   // the same, as it may be a value
    next,      // behind a value: a line that begins with a blank goes on with it
    ordinary,  // the rest of a line that is shown
  };
  template <class Hide>
  void walk(std::string_view bytes, Hide&& hide);
  State take(char c);

  State state_ = State::begin;
  std::uint8_t length_ = 0;      // of the name so far
  std::uint8_t candidates_ = 0;  // a bit for each name that it may become
};

}  // namespace megaphone::pcapng
