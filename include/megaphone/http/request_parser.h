// RequestParser: turns bytes of a client into heads, pieces of content and ends of messages (RFC 9112). Pure: no
// socket, no clock, no policy.
//
// Use: feed(bytes), then next() until it returns need_data or end. The caller may stop in between: rest() is the input
// that is not used yet; the caller keeps it and feeds it again later.
//
// Views (head, body, trailers, rest) are valid until the next feed() or reset(), and no longer than the bytes that were
// fed. The parser copies a head or a trailer section only if it arrives in parts.
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

  // Gives the parser its next input. REQUIRES: `bytes` begins with the unused rest() of the last feed, which is empty
  // after need_data.
  void feed(std::string_view bytes);
  ParserEvent next();
  // Prepares for the next message and keeps the memory, up to a bound, so that idle connections stay small. Drops
  // unused input: take rest() first.
  void reset();

  // Returns whether any byte of a message has been used since reset(). Empty lines before a request line do not count
  // (RFC 9112 section 2.2).
  bool begun() const;

  const RequestHead& head() const;
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
