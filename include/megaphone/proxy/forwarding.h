// The rules by which a proxy rewrites heads: hop-by-hop fields go, Via comes, framing fields are written by us, and all
// else passes in its order, its case and its number (RFC 9110 section 7.6). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"
#include "megaphone/http/body_framing.h"
#include "megaphone/http/head.h"
#include "megaphone/proxy/target.h"

namespace megaphone::proxy {

// What the operator decides about forwarded heads.
struct ForwardingPolicy {
  std::string tag;  // our name in Via and Proxy-Status; unique to this daemon, so that loops are seen
  config::ClientMention forwarded = config::ClientMention::off;
  config::ClientMention xForwardedFor = config::ClientMention::off;
  bool via = true;  // whether heads that pass name us
};

// Whether a Via field already names `tag`: then the message has been here before (RFC 9110 section 7.6.3).
bool passedThrough(const http::Fields& fields, std::string_view tag);

// The protocols that a client offers to change to (RFC 9110 section 7.8), as one list; empty: none. Only an offer that
// Connection nominates, in HTTP/1.1, counts. h2c is left out: RFC 9113 has taken it back, and it hides requests.
std::string upgradeOffer(const http::RequestHead& head);

// What a member of Connection may be. Some servers write there what belongs into Keep-Alive, "timeout=15"; that names
// no field, and cannot be taken for anything else.
enum class ConnectionOptions : std::uint8_t { tokens, with_values };
// Whether Connection lists such options only, and Upgrade protocols only, and no more of them than anyone needs. What
// is no token might be read in two ways, and long lists cost much time.
bool listsAreSound(const http::Fields& fields, ConnectionOptions options);

// Whether an answer's Upgrade field names protocols of that offer only, and one at least.
bool acceptsOffer(const http::ResponseHead& head, std::string_view offer);

// How many more proxies TRACE and OPTIONS may pass; nothing where the request does not say, or has another method (RFC
// 9110 section 7.6.2). Errors: http_request_error of the client, where the field is there and is not one number.
Result<std::optional<std::uint64_t>> maxForwards(const http::RequestHead& head);

// Whether all that the request expects is 100-continue (RFC 9110 section 10.1.1). HTTP/1.0 expects nothing.
bool expectationsAreKnown(const http::RequestHead& head);

// How one request goes on.
struct OriginShape {
  http::BodyFraming framing{};
  std::string_view offer{};                    // of upgradeOffer()
  std::optional<std::uint64_t> maxForwards{};  // as it came, and not 0
  IpAddress client{};
};
// The head as the origin gets it: origin-form, HTTP/1.1, Host from the target whatever Host said.
void appendOriginHead(std::string& out, const http::RequestHead& head, const Target& target, const OriginShape& shape,
                      const ForwardingPolicy& policy);

// What the client side needs to know to write an answer's head.
struct AnswerShape {
  http::BodyFraming framing{};  // as the client is told it; may differ from what the origin sent, and from what comes
  bool close = false;           // says "Connection: close"
  bool upgrades = false;        // the protocol changes behind it: Upgrade stays
  bool offersLogin = false;     // of the connection: Proxy-Support tells that it will be the client's own (RFC 4559)
  std::string_view date{};      // for an answer that has none (RFC 9110 section 6.6.1); empty: none is added
};
void appendClientHead(std::string& out, const http::ResponseHead& head, const AnswerShape& shape,
                      const ForwardingPolicy& policy);

// The request as it came, for TRACE, without what is secret or personal (RFC 9110 section 9.3.8).
void appendReflection(std::string& out, const http::RequestHead& head);

// What the Connection fields of a head list: names of fields that end here, in its trailer section, too.
std::string connectionOptions(const http::Fields& fields);

// Trailer fields that may pass: none that frame, route, authenticate or control (RFC 9110 section 6.5.1), nor any of
// `options`, the connectionOptions() of the head.
void appendTrailers(std::string& out, const http::Fields& trailers, std::string_view options);

}  // namespace megaphone::proxy
