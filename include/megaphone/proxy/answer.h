// Writes the answers that megaphone gives itself: one for every failure, and its own page. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "megaphone/base/error.h"
#include "megaphone/base/host_port.h"
#include "megaphone/record/exchange_id.h"

namespace megaphone::proxy {

// The reader of an answer, and the form that it wants.
struct Requester {
  bool wantsHtml = false;     // by Accept; else plain text
  bool headOnly = false;      // the request was HEAD
  bool close = false;         // say "Connection: close"
  record::ExchangeId id = 0;  // stands in the access log too
  std::string_view tag{};     // our name in Proxy-Status and Via
  std::string_view date{};    // the value of Date
  bool cannotRead = false;    // a browser will not show the answer: point to /why
  // The requested host and port as the client wrote them; "" if not known.
  std::string_view target{};
  std::string_view note{};  // the operator's words on every page
};

// Appends head and body for an error: status by its reason, Proxy-Status (RFC 9209) with the same word and, for
// browsers hide the body where CONNECT fails, the gist as its details; and a body with the failed hop, the reason, the
// time, advice, and the id in the access log. Repeats nothing of the request unescaped, and names no address that the
// client has not named itself. REQUIRES: statusFor(error.reason) != 0.
void appendErrorAnswer(std::string& out, const Error& error, const Requester& requester);

// Appends the page of http://megaphone.internal/ and of the proxy's own address: about the proxy, and how to set up a
// browser or a program for it. `proxy`: as the client reaches it.
void appendHomePage(std::string& out, const HostPort& proxy, const Requester& requester);

// Appends the answer to a TRACE that ends here: the request as received (RFC 9110 section 9.3.8).
void appendTraceAnswer(std::string& out, std::string_view reflection, const Requester& requester);

// Appends the answer to an OPTIONS that ends here: the proxy's own options (RFC 9110 section 9.3.7).
void appendOptionsAnswer(std::string& out, const Requester& requester);

// The name that always means the proxy itself.
inline constexpr std::string_view kOwnName = "megaphone.internal";
// The page that tells a client why its last requests failed.
inline constexpr std::string_view kWhyUrl = "http://megaphone.internal/why";

}  // namespace megaphone::proxy
