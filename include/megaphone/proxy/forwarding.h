// The rules by which a proxy rewrites heads: hop-by-hop fields go, Via comes, framing fields are written by us, and all
// else passes in its order, its case and its number (RFC 9110 section 7.6). Pure.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/http/body_framing.h"
#include "megaphone/http/head.h"
#include "megaphone/proxy/target.h"

namespace megaphone::proxy {

// Whether a Via field already names `tag`: then the message has been here before (RFC 9110 section 7.6.3).
bool passedThrough(const http::Fields& fields, std::string_view tag);

// The head as the origin gets it: origin-form, HTTP/1.1, Host from the target whatever Host said.
void appendOriginHead(std::string& out, const http::RequestHead& head, const Target& target,
                      const http::BodyFraming& framing, std::string_view viaTag);

// What the client side needs to know to write an answer's head.
struct AnswerShape {
  http::BodyFraming framing{};  // as the client gets it; may differ from what the origin sent
  bool close = false;           // says "Connection: close"
  bool bodiless = false;        // to HEAD, or 304: length fields describe what is not sent
};
void appendClientHead(std::string& out, const http::ResponseHead& head, const AnswerShape& shape,
                      std::string_view viaTag);

// Trailer fields that may pass: no framing, routing or hop-by-hop names (RFC 9110 section 6.5.1).
void appendTrailers(std::string& out, const http::Fields& trailers);

}  // namespace megaphone::proxy
