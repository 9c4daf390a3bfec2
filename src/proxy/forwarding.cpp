#include "megaphone/proxy/forwarding.h"

#include "field_names.h"
#include "megaphone/base/shown_url.h"
#include "megaphone/http/writer.h"

namespace megaphone::proxy {
namespace {

constexpr std::size_t kUsualHead = 512;  // one allocation where there is no memory yet

using config::ClientMention;
using http::BodyFraming;
using Kind = BodyFraming::Kind;

// The names that Connection nominates, without the connection options that name no field.
class Nominated {
 public:
  explicit Nominated(const http::Fields& fields) {
    for (const http::Field& field : fields) {
      if (ascii::equalsIgnoreCase(field.name, "Connection")) add(field.value);
    }
  }
  explicit Nominated(std::string_view options) { add(options); }
  bool has(std::string_view name) const { return names::isOneOf(name, names_); }

 private:
  void add(std::string_view options) {
    ascii::forEachListElement(options, [&](std::string_view name) {
      if (ascii::equalsIgnoreCase(name, "close") || ascii::equalsIgnoreCase(name, "keep-alive")) return;
      names_.push_back(name);
    });
  }

  std::vector<std::string_view> names_;
};

// Appends the framing field. `name`: as the message wrote it; empty if it had none.
void appendFraming(std::string& out, const BodyFraming& framing, std::string_view name = {}) {
  if (framing.kind == Kind::chunked) {
    const bool fits = ascii::equalsIgnoreCase(name, "Transfer-Encoding");
    http::appendField(out, fits ? name : "Transfer-Encoding", "chunked");
  }
  if (framing.kind == Kind::length) {
    const bool fits = ascii::equalsIgnoreCase(name, "Content-Length");
    http::appendField(out, fits ? name : "Content-Length", framing.length);
  }
}

void appendVia(std::string& out, http::Version received, const ForwardingPolicy& policy) {
  if (!policy.via) return;
  out += received == http::Version::http11 ? "Via: 1.1 " : "Via: 1.0 ";
  out += policy.tag;
  out += "\r\n";
}

void appendUpgrade(std::string& out, std::string_view protocols) {
  http::appendField(out, "Connection", "Upgrade");
  http::appendField(out, "Upgrade", protocols);
}

// Appends Proxy-Support (RFC 4559 section 6), as a hop-by-hop field, which that section omits.
void appendProxySupport(std::string& out) {
  http::appendField(out, "Proxy-Support", "Session-Based-Authentication");
  http::appendField(out, "Connection", "Proxy-Support");
}

// Returns all values of a list field as one list.
std::string joined(const http::Fields& fields, std::string_view name) {
  std::string list;
  for (const http::Field& field : fields) {
    if (!ascii::equalsIgnoreCase(field.name, name) || field.value.empty()) continue;
    if (!list.empty()) list += ", ";
    list += field.value;
  }
  return list;
}

// Appends a field with the client's address, as the operator wants it. REQUIRES: mention is not off.
void appendMention(std::string& out, const http::Fields& fields, std::string_view name, ClientMention mention,
                   const std::string& client) {
  if (mention == ClientMention::strip) return;
  const bool adds = mention == ClientMention::add && !fields.lists("Connection", name);
  std::string list = adds ? joined(fields, name) : std::string();
  if (!list.empty()) list += ", ";
  http::appendField(out, name, list + client);
}

std::string forwardedNode(const IpAddress& client) {  // RFC 7239 section 6
  return client.isV4() ? "for=" + client.text() : "for=\"[" + client.text() + "]\"";
}

// Selects the fields of a request that are not forwarded unchanged, beside those of every message.
class RequestFilter {
 public:
  RequestFilter(const http::RequestHead& head, const OriginShape& shape, const ForwardingPolicy& policy)
      : dropsExpect_(head.version == http::Version::http10),
        dropsMaxForwards_(shape.maxForwards.has_value()),
        dropsForwarded_(policy.forwarded != ClientMention::off),
        dropsXForwardedFor_(policy.xForwardedFor != ClientMention::off) {}
  bool drops(std::string_view name) const {
    switch (ascii::toLower(name.front())) {
      case 'h': return ascii::equalsIgnoreCase(name, "Host");
      case 'e': return dropsExpect_ && ascii::equalsIgnoreCase(name, "Expect");
      case 'm': return dropsMaxForwards_ && ascii::equalsIgnoreCase(name, "Max-Forwards");
      case 'f': return dropsForwarded_ && ascii::equalsIgnoreCase(name, "Forwarded");
      case 'x': return dropsXForwardedFor_ && ascii::equalsIgnoreCase(name, "X-Forwarded-For");
      default: return false;
    }
  }

 private:
  bool dropsExpect_;
  bool dropsMaxForwards_;
  bool dropsForwarded_;
  bool dropsXForwardedFor_;
};

// Appends our own fields of a request's head.
void appendOurFields(std::string& out, const http::RequestHead& head, const OriginShape& shape,
                     const ForwardingPolicy& policy) {
  if (policy.forwarded != ClientMention::off) {
    appendMention(out, head.fields, "Forwarded", policy.forwarded, forwardedNode(shape.client));
  }
  if (policy.xForwardedFor != ClientMention::off) {
    appendMention(out, head.fields, "X-Forwarded-For", policy.xForwardedFor, shape.client.text());
  }
  if (shape.maxForwards) http::appendField(out, "Max-Forwards", *shape.maxForwards - 1);
  if (!shape.offer.empty()) appendUpgrade(out, shape.offer);
  appendVia(out, head.version, policy);
}

// Returns a Via value without its comments, in which commas do not separate elements.
std::string withoutComments(std::string_view value) {
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (depth > 0 && c == '\\') {
      ++i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && depth > 0) {
      --depth;
    } else if (depth == 0) {
      out += c;
    }
  }
  return out;
}

}  // namespace

bool passedThrough(const http::Fields& fields, std::string_view tag) {
  bool found = false;
  for (const http::Field& field : fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Via")) continue;
    if (field.value.find(tag) == std::string_view::npos) continue;
    ascii::forEachListElement(withoutComments(field.value), [&](std::string_view element) {
      const std::size_t blank = element.find_first_of(" \t");
      found |= blank != std::string_view::npos && ascii::trim(element.substr(blank)) == tag;
    });
  }
  return found;
}

bool listsAreSound(const http::Fields& fields, ConnectionOptions options) {
  constexpr std::size_t kMost = 32;
  std::size_t members = 0;
  bool sound = true;
  const auto isPair = [](std::string_view text, char between) {
    const std::size_t at = text.find(between);
    return ascii::isToken(text.substr(0, at)) && (at == std::string_view::npos || ascii::isToken(text.substr(at + 1)));
  };
  const auto isOption = [&](std::string_view text) {
    return options == ConnectionOptions::with_values ? isPair(text, '=') : ascii::isToken(text);
  };
  for (const http::Field& field : fields) {
    const bool isConnection = ascii::equalsIgnoreCase(field.name, "Connection");
    if (!isConnection && !ascii::equalsIgnoreCase(field.name, "Upgrade")) continue;
    ascii::forEachListElement(field.value, [&](std::string_view member) {
      sound &= ++members <= kMost && (isConnection ? isOption(member) : isPair(member, '/'));
    });
  }
  return sound;
}

std::string upgradeOffer(const http::RequestHead& head) {
  std::string offer;
  if (head.version != http::Version::http11 || !head.fields.find("Upgrade")) return offer;
  if (!head.fields.lists("Connection", "upgrade")) return offer;
  for (const http::Field& field : head.fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Upgrade")) continue;
    ascii::forEachListElement(field.value, [&](std::string_view protocol) {
      if (ascii::equalsIgnoreCase(protocol, "h2c")) return;
      if (!offer.empty()) offer += ", ";
      offer += protocol;
    });
  }
  return offer;
}

bool acceptsOffer(const http::ResponseHead& head, std::string_view offer) {
  bool some = false;
  bool others = false;
  for (const http::Field& field : head.fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Upgrade")) continue;
    ascii::forEachListElement(field.value, [&](std::string_view protocol) {
      bool offered = false;
      ascii::forEachListElement(offer, [&](std::string_view o) { offered |= ascii::equalsIgnoreCase(o, protocol); });
      some |= offered;
      others |= !offered;
    });
  }
  return some && !others;
}

Result<std::optional<std::uint64_t>> maxForwards(const http::RequestHead& head) {
  constexpr std::uint64_t kMost = UINT32_MAX;  // greater numbers are forwarded as this (RFC 9110 section 7.6.2)
  const std::string_view* value = head.fields.find("Max-Forwards");
  if (!value || (head.method != "TRACE" && head.method != "OPTIONS")) return std::optional<std::uint64_t>{};
  const bool isNumber = !value->empty() && std::all_of(value->begin(), value->end(), ascii::isDigit);
  if (!isNumber || head.fields.count("Max-Forwards") > 1) {
    return Error{Reason::http_request_error, Side::client, 0, "Max-Forwards is not one plain number"};
  }
  return std::optional<std::uint64_t>(ascii::parseDecimal(*value, kMost).value_or(kMost));
}

bool expectationsAreKnown(const http::RequestHead& head) {
  bool known = true;
  if (head.version == http::Version::http10) return known;
  for (const http::Field& field : head.fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Expect")) continue;
    ascii::forEachListElement(field.value,
                              [&](std::string_view e) { known &= ascii::equalsIgnoreCase(e, "100-continue"); });
  }
  return known;
}

void appendOriginHead(std::string& out, const http::RequestHead& head, const Target& target, const OriginShape& shape,
                      const ForwardingPolicy& policy) {
  const Nominated nominated(head.fields);
  const RequestFilter filter(head, shape, policy);
  out.reserve(out.size() + kUsualHead);
  http::appendRequestLine(out, head.method, target.path);
  http::appendField(out, "Host", target.authority);
  bool framed = shape.framing.kind == Kind::none;
  for (const http::Field& field : head.fields) {
    if (!framed && names::framesTheMessage(field.name)) {
      appendFraming(out, shape.framing, field.name);
      framed = true;
    }
    if (names::endsHere(field.name) || filter.drops(field.name) || nominated.has(field.name)) continue;
    http::appendField(out, field.name, field.value);
  }
  appendOurFields(out, head, shape, policy);
  http::appendEndOfHead(out);
}

void appendClientHead(std::string& out, const http::ResponseHead& head, const AnswerShape& shape,
                      const ForwardingPolicy& policy) {
  const Nominated nominated(head.fields);
  out.reserve(out.size() + kUsualHead);
  http::appendStatusLine(out, head.status, head.phrase);
  bool framed = shape.framing.kind == Kind::none || shape.framing.kind == Kind::until_close;
  bool dated = shape.date.empty();
  for (const http::Field& field : head.fields) {
    if (!framed && names::framesTheMessage(field.name)) {
      appendFraming(out, shape.framing, field.name);
      framed = true;
    }
    if (names::endsHere(field.name) || nominated.has(field.name)) continue;
    dated = dated || ascii::equalsIgnoreCase(field.name, "Date");
    http::appendField(out, field.name, field.value);
  }
  if (!framed) appendFraming(out, shape.framing);  // a body that ended with the connection is chunked by us
  if (!dated) http::appendField(out, "Date", shape.date);
  if (shape.upgrades) appendUpgrade(out, joined(head.fields, "Upgrade"));
  appendVia(out, head.version, policy);
  if (shape.offersLogin) appendProxySupport(out);
  if (shape.close) http::appendField(out, "Connection", "close");
  http::appendEndOfHead(out);
}

void appendReflection(std::string& out, const http::RequestHead& head) {
  appendShownUrl(out.append(head.method).append(" "), head.target);
  out += head.version == http::Version::http11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  for (const http::Field& field : head.fields) {
    if (!names::isSecret(field.name)) http::appendField(out, field.name, field.value);
  }
  http::appendEndOfHead(out);
}

std::string connectionOptions(const http::Fields& fields) { return joined(fields, "Connection"); }

void appendTrailers(std::string& out, const http::Fields& trailers, std::string_view options) {
  const Nominated nominated(options);
  for (const http::Field& field : trailers) {
    if (names::endsHere(field.name) || names::isForHeadsOnly(field.name) || nominated.has(field.name)) continue;
    http::appendField(out, field.name, field.value);
  }
}

}  // namespace megaphone::proxy
