// SecretMask: overwrites the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie in one direction of a
// connection, byte for byte, however it is cut into pieces. Pure.
//
// It does not follow the framing: whatever line begins with one of these names loses its value, in a body too. Erring,
// it hides too much.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace megaphone::pcapng {

class SecretMask {
 public:
  static constexpr char kFiller = 'x';

  // Changes `bytes` in place; their number stays.
  void apply(std::span<char> bytes);
  // Some bytes are missing here: the rest of the line may be a value.
  void skip() { state_ = State::value; }

 private:
  enum class State : std::uint8_t {
    begin,     // at the beginning of a line, or in blanks there
    name,      // so far the line is the beginning of a name
    named,     // behind a whole name: blanks, or the colon
    value,     // what is hidden, to the end of the line
    next,      // behind a value: a line that begins with a blank goes on with it
    ordinary,  // the rest of a line that is shown
  };
  State take(char c);

  State state_ = State::begin;
  std::uint8_t length_ = 0;      // of the name so far
  std::uint8_t candidates_ = 0;  // a bit for each name that it may become
};

}  // namespace megaphone::pcapng
