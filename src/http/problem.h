// Problem: a fault in a message, independent of the side that sent it. Private to http.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace megaphone::http {

struct Problem {
  enum class Kind : std::uint8_t {
    syntax,             // not valid HTTP, or ambiguous
    line_too_long,      // of the request line or the status line
    section_too_large,  // of a head or a trailer section
    transfer_coding,    // not understood
    version,            // valid syntax, but not HTTP/1
  };
  Kind kind = Kind::syntax;
  std::string text;  // a sentence without a final full stop
};

using MaybeProblem = std::optional<Problem>;

}  // namespace megaphone::http
