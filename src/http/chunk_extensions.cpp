#include "chunk_extensions.h"

#include <algorithm>

#include "megaphone/base/ascii.h"

namespace megaphone::http {

bool ChunkExtensions::take(std::string_view part) {
  return std::all_of(part.begin(), part.end(), [this](char c) { return step(c); });
}

bool ChunkExtensions::step(char c) {
  const bool blank = ascii::isBlank(c);
  switch (state_) {
    case State::behind_size: return blank || (c == ';' && moveTo(State::before_name));
    case State::before_name: return blank || (ascii::isTokenChar(c) && moveTo(State::name));
    case State::name:
      if (ascii::isTokenChar(c)) return true;
      if (blank) return moveTo(State::behind_name);
      [[fallthrough]];
    case State::behind_name:
      if (c == '=') return moveTo(State::before_value);
      return blank || (c == ';' && moveTo(State::before_name));
    case State::before_value:
      if (c == '"') return moveTo(State::quoted);
      return blank || (ascii::isTokenChar(c) && moveTo(State::value));
    case State::quoted:
      if (c == '"') return moveTo(State::behind_quoted);
      return c != '\\' || moveTo(State::escaped);
    case State::escaped: return moveTo(State::quoted);
    case State::value:
      if (ascii::isTokenChar(c)) return true;
      [[fallthrough]];
    case State::behind_quoted:
    case State::behind_value:
      if (blank) return moveTo(State::behind_value);
      return c == ';' && moveTo(State::before_name);
  }
  return false;
}

bool ChunkExtensions::mayEnd() const {
  return state_ == State::name || state_ == State::value || state_ == State::behind_quoted;
}

std::string_view ChunkExtensions::fault() const {
  switch (state_) {
    case State::behind_size: return "a chunk size is followed by a blank";
    case State::quoted:
    case State::escaped: return "a quoted string in a chunk extension does not end on its line";
    default: return "a chunk extension is not a name, or a name and a value";
  }
}

}  // namespace megaphone::http
