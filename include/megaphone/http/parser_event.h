// ParserEvent: the events of RequestParser and ResponseParser. Pure.
#pragma once

#include <cstdint>

namespace megaphone::http {

enum class ParserEvent : std::uint8_t {
  need_data,  // everything that was fed is used up
  head,       // head() and framing() are available; after an answer with interim(), the next head follows
  body,       // body() is a piece of content, chunk framing removed, never empty
  trailers,   // trailers() is available and not empty (chunked only)
  end,        // the message is complete; rest() is the input after it; reset() starts the next one
  error,      // error() is available; the event repeats until reset()
};

}  // namespace megaphone::http
