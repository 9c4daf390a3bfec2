// BodyFraming: the length of a message's body, determined once by the numbered steps of RFC 9112 section 6.3. Pure.
#pragma once

#include <cstdint>

#include "megaphone/base/result.h"
#include "megaphone/http/head.h"

namespace megaphone::http {

struct BodyFraming {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  // for Kind::length; a Content-Length of 0 is Kind::length too

  // Returns whether any content may follow.
  bool hasContent() const { return kind == Kind::chunked || kind == Kind::until_close || length > 0; }
  bool operator==(const BodyFraming&) const = default;
};

// The property of a request that determines the framing of its answer.
enum class RequestKind : std::uint8_t { ordinary, head, connect };

// Returns the framing of a request. Refuses (http_request_error, side client) ambiguous framing: Content-Length beside
// Transfer-Encoding, lengths that differ or are listed, signed, spaced or too large, codings other than one final
// "chunked", and Transfer-Encoding in an HTTP/1.0 message. Other codings before a final "chunked" are
// request_transfer_coding: the message is well framed but not understood (RFC 9112 section 6.1).
Result<BodyFraming> requestFraming(const RequestHead& head);

// Returns the framing of an answer to a request of that kind. Refuses the same (http_protocol_error or
// http_response_transfer_coding, side origin), except that an equal length may be repeated, on several lines or in a
// list. Answers to HEAD, 1xx, 204 and 304 have no body whatever their fields say; nor has 2xx to CONNECT. Transfer
// codings without a final chunked are refused.
Result<BodyFraming> responseFraming(const ResponseHead& head, RequestKind request);

// Returns the framing that the fields of an answer state, even if such an answer has no body. For HEAD and 304 that is
// the length of the representation; for others it shows that the sender may believe it has sent a body.
Result<BodyFraming> statedFraming(const ResponseHead& head);

}  // namespace megaphone::http
