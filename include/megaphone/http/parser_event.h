// What the parsers hand out. Pure.
#pragma once

#include <cstdint>

namespace megaphone::http {

enum class ParserEvent : std::uint8_t {
  need_data,  // all that was fed is used up
  head,       // head() and framing() are there; for an answer with interim(), the next head follows
  body,       // body() is a piece of content, chunk framing removed, never empty
  trailers,   // trailers() is there and not empty (chunked only)
  end,        // the message is whole; rest() is what follows it; reset() starts the next one
  error,      // error() says what is wrong; stays until reset()
};

}  // namespace megaphone::http
