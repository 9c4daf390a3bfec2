// Problem: what is wrong with bytes, before it is known whose bytes they are. Inside of http.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace megaphone::http {

struct Problem {
  enum class Kind : std::uint8_t {
    syntax,             // not valid HTTP, or to be read in two ways
    line_too_long,      // of the request line or the status line
    section_too_large,  // of a head or a trailer section
    transfer_coding,    // not understood
    version,            // well written, and another than HTTP/1
  };
  Kind kind = Kind::syntax;
  std::string text;  // a sentence without a final full stop
};

using MaybeProblem = std::optional<Problem>;

}  // namespace megaphone::http
