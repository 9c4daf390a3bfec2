// ChunkExtensions: what stands between a chunk size and its CRLF, held to its grammar (RFC 9112 section 7.1.1). Inside
// of http.
//
//   chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS value ] )      a name is a token, a value a token or a quoted string
//
// Nobody uses them; but readers that skip them by different rules disagree about where the line ends, and with it about
// where the next request begins.
#pragma once

#include <cstdint>
#include <string_view>

namespace megaphone::http {

class ChunkExtensions {
 public:
  // Behind a chunk size, before anything else.
  void reset() { state_ = State::behind_size; }
  // Takes the next part of the line; whether it may stand there. REQUIRES: no control byte but HTAB; nothing was wrong
  // so far.
  bool take(std::string_view part);
  // Whether the line may end here.
  bool mayEnd() const;
  // What is wrong. REQUIRES: take() or mayEnd() has said no.
  std::string_view fault() const;

 private:
  enum class State : std::uint8_t {
    behind_size,
    before_name,
    name,
    behind_name,
    before_value,
    value,
    quoted,
    escaped,
    behind_quoted,
    behind_value,
  };

  bool step(char c);
  bool moveTo(State state) {
    state_ = state;
    return true;
  }

  State state_ = State::behind_size;
};

}  // namespace megaphone::http
