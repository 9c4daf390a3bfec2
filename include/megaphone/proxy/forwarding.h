// Rewrites heads as a proxy must: removes hop-by-hop fields, adds Via, writes framing fields anew, and keeps all others
// in their order, case and number (RFC 9110 section 7.6). Pure.
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

// The operator's settings for forwarded heads.
struct ForwardingPolicy {
  std::string tag;  // our name in Via and Proxy-Status; unique to this daemon, so that loops are seen
  config::ClientMention forwarded = config::ClientMention::off;
  config::ClientMention xForwardedFor = config::ClientMention::off;
  bool via = true;  // whether heads that pass name us
};

// Returns whether a Via field already names `tag`: a forwarding loop (RFC 9110 section 7.6.3).
bool passedThrough(const http::Fields& fields, std::string_view tag);

// Returns the protocols of the client's Upgrade offer (RFC 9110 section 7.8) as one list; empty: none. Only an offer
// that Connection nominates, in HTTP/1.1, counts. h2c is left out: RFC 9113 deprecates it, and it hides requests.
std::string upgradeOffer(const http::RequestHead& head);

// The form of a member of Connection. Some servers write parameters of Keep-Alive there, "timeout=15"; such a member
// cannot be taken for a field name.
enum class ConnectionOptions : std::uint8_t { tokens, with_values };
// Returns whether Connection lists such options only, and Upgrade protocols only, not too many of either. Other text
// could be read in two ways, and long lists cost much time.
bool listsAreSound(const http::Fields& fields, ConnectionOptions options);

// Returns whether an answer's Upgrade field names at least one protocol, and only those of the offer.
bool acceptsOffer(const http::ResponseHead& head, std::string_view offer);

// Returns how many more proxies TRACE and OPTIONS may pass; nothing without the field, or for another method (RFC 9110
// section 7.6.2). Errors: http_request_error of the client, if the field is not one number.
Result<std::optional<std::uint64_t>> maxForwards(const http::RequestHead& head);

// Returns whether the request expects nothing but 100-continue (RFC 9110 section 10.1.1). HTTP/1.0 expects nothing.
bool expectationsAreKnown(const http::RequestHead& head);

// The form in which one request is forwarded.
struct OriginShape {
  http::BodyFraming framing{};
  std::string_view offer{};                    // of upgradeOffer()
  std::optional<std::uint64_t> maxForwards{};  // as it came, and not 0
  IpAddress client{};
};
// Appends the head for the origin: origin-form, HTTP/1.1, Host from the target whatever Host said.
void appendOriginHead(std::string& out, const http::RequestHead& head, const Target& target, const OriginShape& shape,
                      const ForwardingPolicy& policy);

// The properties of an answer's head for the client.
struct AnswerShape {
  http::BodyFraming framing{};  // as stated to the client; the origin's, or that of the content, may differ
  bool close = false;           // says "Connection: close"
  bool upgrades = false;        // the protocol changes behind it: Upgrade stays
  bool offersLogin = false;     // of the connection: Proxy-Support declares it the client's own (RFC 4559)
  std::string_view date{};      // for an answer that has none (RFC 9110 section 6.6.1); empty: none is added
};
void appendClientHead(std::string& out, const http::ResponseHead& head, const AnswerShape& shape,
                      const ForwardingPolicy& policy);

// Appends the request as received, for TRACE, without secret or personal fields (RFC 9110 section 9.3.8).
void appendReflection(std::string& out, const http::RequestHead& head);

// Returns the list of all Connection fields of a head: names of fields that are not forwarded, in its trailer section,
// too.
std::string connectionOptions(const http::Fields& fields);

// Appends the trailer fields that may pass: none that frame, route, authenticate or control (RFC 9110 section 6.5.1),
// nor any of `options`, the connectionOptions() of the head.
void appendTrailers(std::string& out, const http::Fields& trailers, std::string_view options);

}  // namespace megaphone::proxy
