#include "megaphone/proxy/forwarding.h"

#include <algorithm>
#include <array>

#include "megaphone/base/ascii.h"
#include "megaphone/http/writer.h"

namespace megaphone::proxy {
namespace {

using http::BodyFraming;
using Kind = BodyFraming::Kind;

// Never forwarded as they are: hop-by-hop (RFC 9110 section 7.6.1), for this proxy, or written anew by us.
constexpr std::array<std::string_view, 11> kOurs{
    "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate",        "Proxy-Authorization", "TE",
    "Upgrade",    "Transfer-Encoding", "Content-Length",   "Proxy-Authentication-Info", "HTTP2-Settings"};

bool isOurs(std::string_view name) {
  // Most names fall through on their first letter.
  switch (ascii::toLower(name.front())) {
    case 'c':
    case 'k':
    case 'p':
    case 't':
    case 'u':
    case 'h':
      return std::any_of(kOurs.begin(), kOurs.end(),
                         [&](std::string_view o) { return ascii::equalsIgnoreCase(o, name); });
    default: return false;
  }
}

// The names that Connection nominates, without the connection options that name no field.
class Nominated {
 public:
  explicit Nominated(const http::Fields& fields) {
    for (const http::Field& field : fields) {
      if (!ascii::equalsIgnoreCase(field.name, "Connection")) continue;
      ascii::forEachListElement(field.value, [&](std::string_view name) {
        if (ascii::equalsIgnoreCase(name, "close") || ascii::equalsIgnoreCase(name, "keep-alive")) return;
        names_.push_back(name);
      });
    }
  }
  bool has(std::string_view name) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](std::string_view n) { return ascii::equalsIgnoreCase(n, name); });
  }

 private:
  std::vector<std::string_view> names_;
};

void appendFraming(std::string& out, const BodyFraming& framing) {
  if (framing.kind == Kind::chunked) http::appendField(out, "Transfer-Encoding", "chunked");
  if (framing.kind == Kind::length) http::appendField(out, "Content-Length", framing.length);
}

// Framing is told where the message told it, so that the order of fields stays.
bool tellsFraming(std::string_view name) {
  return ascii::equalsIgnoreCase(name, "Transfer-Encoding") || ascii::equalsIgnoreCase(name, "Content-Length");
}

void appendVia(std::string& out, http::Version received, std::string_view tag) {
  out += received == http::Version::http11 ? "Via: 1.1 " : "Via: 1.0 ";
  out += tag;
  out += "\r\n";
}

}  // namespace

bool passedThrough(const http::Fields& fields, std::string_view tag) {
  bool found = false;
  for (const http::Field& field : fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Via")) continue;
    ascii::forEachListElement(field.value, [&](std::string_view element) {
      const std::size_t blank = element.find_first_of(" \t");
      if (blank == std::string_view::npos) return;
      const std::string_view by = ascii::trim(element.substr(blank));
      found |= by.substr(0, by.find_first_of(" \t(")) == tag;
    });
  }
  return found;
}

void appendOriginHead(std::string& out, const http::RequestHead& head, const Target& target, const BodyFraming& framing,
                      std::string_view viaTag) {
  const Nominated nominated(head.fields);
  http::appendRequestLine(out, head.method, target.path);
  http::appendField(out, "Host", target.authority);
  bool framed = framing.kind == Kind::none;
  for (const http::Field& field : head.fields) {
    if (!framed && tellsFraming(field.name)) {
      appendFraming(out, framing);
      framed = true;
    }
    if (isOurs(field.name) || ascii::equalsIgnoreCase(field.name, "Host") || nominated.has(field.name)) continue;
    http::appendField(out, field.name, field.value);
  }
  appendVia(out, head.version, viaTag);
  http::appendEndOfHead(out);
}

void appendClientHead(std::string& out, const http::ResponseHead& head, const AnswerShape& shape,
                      std::string_view viaTag) {
  const Nominated nominated(head.fields);
  http::appendStatusLine(out, head.status, head.phrase);
  bool framed = shape.framing.kind == Kind::none || shape.framing.kind == Kind::until_close;
  for (const http::Field& field : head.fields) {
    if (tellsFraming(field.name)) {
      if (shape.bodiless && ascii::equalsIgnoreCase(field.name, "Content-Length")) {
        http::appendField(out, field.name, field.value);
      } else if (!framed) {
        appendFraming(out, shape.framing);
        framed = true;
      }
      continue;
    }
    if (isOurs(field.name) || nominated.has(field.name)) continue;
    http::appendField(out, field.name, field.value);
  }
  if (!framed) appendFraming(out, shape.framing);  // a body that ended with the connection is chunked by us
  appendVia(out, head.version, viaTag);
  if (shape.close) http::appendField(out, "Connection", "close");
  http::appendEndOfHead(out);
}

void appendTrailers(std::string& out, const http::Fields& trailers) {
  static constexpr std::array<std::string_view, 8> kNever{"Host",   "Content-Encoding", "Content-Type", "Content-Range",
                                                          "Expect", "Trailer",          "Via",          "Max-Forwards"};
  for (const http::Field& field : trailers) {
    const bool never = isOurs(field.name) || std::any_of(kNever.begin(), kNever.end(), [&](std::string_view name) {
                         return ascii::equalsIgnoreCase(name, field.name);
                       });
    if (!never) http::appendField(out, field.name, field.value);
  }
}

}  // namespace megaphone::proxy
