// BodyFraming: how long a message's body is, decided once, as a value, by the numbered steps of RFC 9112 section 6.3.
// Pure.
#pragma once

#include <cstdint>

#include "megaphone/base/result.h"
#include "megaphone/http/head.h"

namespace megaphone::http {

struct BodyFraming {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  // for Kind::length; a Content-Length of 0 is Kind::length too

  // Whether any content may come.
  bool hasContent() const { return kind == Kind::chunked || kind == Kind::until_close || length > 0; }
  bool operator==(const BodyFraming&) const = default;
};

// What of the request decides the framing of its answer.
enum class RequestKind : std::uint8_t { ordinary, head, connect };

// Refuses (http_request_error, side client) what could be read in two ways: Content-Length beside Transfer-Encoding,
// lengths that differ or are listed, signed, spaced or too large, codings other than one final "chunked", and
// Transfer-Encoding in an HTTP/1.0 message. Other codings below a final "chunked" are request_transfer_coding: the
// message is well framed and not understood (RFC 9112 section 6.1).
Result<BodyFraming> requestFraming(const RequestHead& head);

// The same for an answer (http_protocol_error or http_response_transfer_coding, side origin), but that a length may be
// told again and again, on lines of its own or in a list. Answers to HEAD, 1xx, 204 and 304 have no body whatever their
// fields say; nor has 2xx to CONNECT. Transfer codings with no final chunked: refused.
Result<BodyFraming> responseFraming(const ResponseHead& head, RequestKind request);

// What the fields of an answer say of its body, if it were one that has a body. For one that has none: the length of
// what it stands for (HEAD, 304), or that whoever sent it may believe in a body that is not there.
Result<BodyFraming> statedFraming(const ResponseHead& head);

}  // namespace megaphone::http
