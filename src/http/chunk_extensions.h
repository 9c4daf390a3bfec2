// ChunkExtensions: checks the bytes between a chunk size and its CRLF against their grammar (RFC 9112 section 7.1.1).
// Private to http.
//
//   chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS value ] )      a name is a token, a value a token or a quoted string
//
// Extensions are not used in practice, but readers that skip them by different rules disagree about where the line
// ends, and so about where the next request begins.
#pragma once

#include <cstdint>
#include <string_view>

namespace megaphone::http {

class ChunkExtensions {
 public:
  // Starts after a chunk size.
  void reset() { state_ = State::behind_size; }
  // Takes the next part of the line, and returns whether it is valid there. REQUIRES: no control byte but HTAB; no
  // fault so far.
  bool take(std::string_view part);
  // Returns whether the line may end here.
  bool mayEnd() const;
  // Returns the fault. REQUIRES: take() or mayEnd() has returned false.
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
