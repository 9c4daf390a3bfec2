// ResponseParser: turns bytes of an origin into heads, pieces of content and ends of messages (RFC 9112). Pure.
//
// Use and the lifetime of views are as in request_parser.h, but the head of an interim answer is valid only until the
// following call of next().
#pragma once

#include "megaphone/http/request_parser.h"

namespace megaphone::http {

class ResponseParser {
 public:
  explicit ResponseParser(const HeadLimits& limits);
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;
  ~ResponseParser();

  // Prepares for the answer to a request of that kind, and keeps the memory.
  void expect(RequestKind request);
  // Gives the parser its next input. REQUIRES: as for RequestParser::feed.
  void feed(std::string_view bytes);
  // Returns the next event. After `head` of an interim answer (any 1xx but 101) the next head of the same answer
  // follows.
  ParserEvent next();
  // Tells the parser that the origin has closed its direction. Returns `end` if that ends the message (until_close),
  // `error` with http_response_incomplete if it truncates it, or with connection_terminated if it has not begun.
  // REQUIRES: the last feed is used up.
  ParserEvent finish();

  bool begun() const;

  const ResponseHead& head() const;
  const BodyFraming& framing() const;
  std::string_view body() const;
  const Fields& trailers() const;
  std::string_view rest() const;
  // Returns how many bytes of a body with a length have not been fed yet; 0 for any other body, and outside of one.
  std::uint64_t contentLeft() const;
  // Counts `size` bytes of the body that were forwarded without being fed (splice). REQUIRES: everything that was fed
  // is used up; size <= contentLeft().
  void skipContent(std::uint64_t size);
  const Error& error() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::http
