// ResponseParser: bytes of an origin become heads, pieces of content and ends. Pure.
//
// Use and the life of views as in request_parser.h, but the head of an interim answer lives only until the next next().
#pragma once

#include "megaphone/http/request_parser.h"

namespace megaphone::http {

class ResponseParser {
 public:
  explicit ResponseParser(const HeadLimits& limits);
  ResponseParser(ResponseParser&&) noexcept;
  ResponseParser& operator=(ResponseParser&&) noexcept;
  ~ResponseParser();

  // Starts the answer to a request of that kind. Forgets what was before and keeps the memory.
  void expect(RequestKind request);
  // REQUIRES: as RequestParser::feed.
  void feed(std::string_view bytes);
  // After `head` of an interim answer (100, 102, 103 and other 1xx but 101) the next head of the same answer follows.
  ParserEvent next();
  // The origin has closed its side. Answers `end` where that ends the message (until_close) and `error` with
  // http_response_incomplete where it cuts it, or connection_terminated where it never began.
  // REQUIRES: the last feed was used up.
  ParserEvent finish();

  bool begun() const;

  const ResponseHead& head() const;
  const BodyFraming& framing() const;
  std::string_view body() const;
  const Fields& trailers() const;
  std::string_view rest() const;
  // How much of a body with a length has not come yet; 0 for any other body, and outside of one.
  std::uint64_t contentLeft() const;
  // So much of it has gone past the parser. REQUIRES: what was fed is used up; size <= contentLeft().
  void skipContent(std::uint64_t size);
  const Error& error() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::http
