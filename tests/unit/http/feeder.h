// Feeder: runs bytes through a parser in pieces of chosen sizes and writes down what comes out, so that runs can be
// compared. Adjacent pieces of content are merged: how a body is cut is the network's business and no event.
//
// Every piece lives in memory of its own that dies at the next feed: a view that is kept too long is seen by ASan.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/http/request_parser.h"
#include "megaphone/http/response_parser.h"

namespace megaphone::http::testing {

struct Transcript {
  // "head GET /a 1.1 {Host: a} length 5", "head 200 OK 1.1 chunked", "body hello", "trailers {A: b}", "end",
  // "error http_request_error client"; last of all "need data" where the bytes ended within a message.
  std::vector<std::string> events;
  std::string rest;      // what was not used when the reading stopped
  std::string sentence;  // of the error
};

// How many bytes the next piece has; at least one.
using Pieces = std::function<std::size_t()>;
Pieces whole();
Pieces byteByByte();

// Reads messages one after the other until `messages` have ended, the bytes are used up, or an error.
Transcript readRequests(std::string_view bytes, const Pieces& pieces, std::size_t messages = SIZE_MAX,
                        const HeadLimits& limits = {});

// `expected` has one kind per answer, and answers behind the last are ordinary. With `close` the origin closes after
// the last byte.
struct Answers {
  std::vector<RequestKind> expected;
  bool close = false;
};
Transcript readResponses(std::string_view bytes, const Answers& answers, const Pieces& pieces,
                         std::size_t messages = SIZE_MAX, const HeadLimits& limits = {});

}  // namespace megaphone::http::testing
