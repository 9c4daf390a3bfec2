// RequestParser: bytes of a client become heads, pieces of content and ends. Pure: no socket, no clock, no policy.
//
// Use: feed(bytes), then next() until it answers need_data or end. Stopping in between is allowed: rest() is what has
// not been used yet, and the caller keeps it and feeds it again later.
//
// Views (head, body, trailers, rest) live until the next feed() or reset(), and no longer than the bytes that were fed.
// The parser copies only a head or a trailer section that came in parts.
#pragma once

#include <memory>
#include <string_view>

#include "megaphone/base/result.h"
#include "megaphone/http/body_framing.h"
#include "megaphone/http/head.h"
#include "megaphone/http/parser_event.h"

namespace megaphone::http {

struct HeadLimits {
  std::size_t line = std::size_t{16} * 1024;  // of the request line or the status line
  std::size_t head = std::size_t{64} * 1024;  // of the whole head, start line included; also of a trailer section
  std::size_t fields = 256;                   // field lines of a head or a trailer section
  bool operator==(const HeadLimits&) const = default;
};

class RequestParser {
 public:
  explicit RequestParser(const HeadLimits& limits);
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;
  ~RequestParser();

  // REQUIRES: what the last feed left unused (its rest()) stands in front of `bytes`; after need_data that is nothing.
  void feed(std::string_view bytes);
  ParserEvent next();
  // Forgets the message and keeps the memory, up to a bound (an idle connection is small). What was fed and not used is
  // dropped: take rest() first.
  void reset();

  // Whether any byte of a message has been used since reset(); empty lines before a request line do not count
  // (RFC 9112 section 2.2).
  bool begun() const;

  const RequestHead& head() const;
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
