// The field names that are special to a proxy. Private to proxy.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "megaphone/base/ascii.h"

namespace megaphone::proxy::names {

template <class Names>
bool isOneOf(std::string_view name, const Names& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view known) { return ascii::equalsIgnoreCase(known, name); });
}

// Returns whether a field is never forwarded as it is: hop-by-hop (RFC 9110 section 7.6.1), for this proxy, or written
// anew by us.
inline bool endsHere(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames{"Connection",
                                                           "Keep-Alive",
                                                           "Proxy-Connection",
                                                           "Proxy-Authenticate",
                                                           "Proxy-Authorization",
                                                           "TE",
                                                           "Upgrade",
                                                           "Transfer-Encoding",
                                                           "Content-Length",
                                                           "Proxy-Authentication-Info",
                                                           "HTTP2-Settings",
                                                           "Proxy-Support"};
  // Most names fall through on their first letter.
  switch (ascii::toLower(name.front())) {
    case 'c':
    case 'k':
    case 'p':
    case 't':
    case 'u':
    case 'h': return isOneOf(name, kNames);
    default: return false;
  }
}

// Returns whether a field frames the message. It is rewritten in its place, so that the order of fields stays.
inline bool framesTheMessage(std::string_view name) {
  return ascii::equalsIgnoreCase(name, "Transfer-Encoding") || ascii::equalsIgnoreCase(name, "Content-Length");
}

// Returns whether a field is not allowed in trailers: routing, controls, authentication, content format (RFC 9110
// section 6.5.1).
inline bool isForHeadsOnly(std::string_view name) {
  static constexpr std::array<std::string_view, 30> kNames{"Host",
                                                           "Content-Encoding",
                                                           "Content-Type",
                                                           "Content-Range",
                                                           "Expect",
                                                           "Trailer",
                                                           "Via",
                                                           "Max-Forwards",
                                                           "Cache-Control",
                                                           "Authorization",
                                                           "Cookie",
                                                           "Set-Cookie",
                                                           "Pragma",
                                                           "WWW-Authenticate",
                                                           "Authentication-Info",
                                                           "Range",
                                                           "If-Match",
                                                           "If-None-Match",
                                                           "If-Range",
                                                           "If-Modified-Since",
                                                           "If-Unmodified-Since",
                                                           "Age",
                                                           "Expires",
                                                           "Date",
                                                           "Location",
                                                           "Retry-After",
                                                           "Vary",
                                                           "Forwarded",
                                                           "X-Forwarded-For",
                                                           "X-Real-IP"};
  return isOneOf(name, kNames);
}

// Returns whether a field is left out of the answer to TRACE.
inline bool isSecret(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kNames{"Authorization", "Proxy-Authorization", "Cookie",
                                                          "Sec-WebSocket-Key"};
  return isOneOf(name, kNames);
}

}  // namespace megaphone::proxy::names
