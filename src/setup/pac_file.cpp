// The PAC file as text. Its JavaScript is of the oldest kind (ECMAScript 3), which every browser and system reads, and
// calls no function of the browser: no name is looked up, and any interpreter can run it.
#include "megaphone/base/ascii.h"
#include "megaphone/setup/pac.h"
#include "pac_text.h"

namespace megaphone::setup {
namespace {

constexpr std::string_view kHead =
    "// Written by megaphone. \"megaphone pac URL\" tells what it answers.\n"
    "\n"
    "// Who is asked directly:\n"
    "var exceptions = [\n";

constexpr std::string_view kReader = R"(
// The numbers of an address: four of IPv4, eight of IPv6; null for a name.
function numbers(host) {
  var out = [], base = 10, parts, halves, i;
  if (/^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/.test(host)) {
    parts = host.split(".");
  } else if (host.indexOf(":") >= 0) {
    base = 16;
    halves = host.split("::");
    parts = halves[0] ? halves[0].split(":") : [];
    if (halves.length > 1) {
      halves = halves[1] ? halves[1].split(":") : [];
      while (parts.length + halves.length < 8) parts.push("0");
      parts = parts.concat(halves);
    }
  } else {
    return null;
  }
  for (i = 0; i < parts.length; i++) out.push(parseInt(parts[i], base));
  return out;
}

function isWithin(address, network, prefix) {
  var bits = network.length == 8 ? 16 : 8, i, rest;
  if (!address || address.length != network.length) return false;
  for (i = 0; prefix > 0; i++, prefix -= bits) {
    rest = prefix < bits ? bits - prefix : 0;
    if (address[i] >> rest != network[i] >> rest) return false;
  }
  return true;
}

function matches(exception, host) {
  var below = exception.below;
  if (exception.plain) return host.indexOf(".") < 0 && host.indexOf(":") < 0;
  if (exception.name) return host == exception.name;
  if (below) return host.length > below.length && host.slice(-below.length) == below;
  return isWithin(numbers(host), exception.network, exception.prefix);
}

function FindProxyForURL(url, host) {
  var i;
  host = host.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (url.toLowerCase().indexOf(own) == 0) return "DIRECT";
  for (i = 0; i < exceptions.length; i++) {
    if (matches(exceptions[i], host)) return "DIRECT";
  }
  return others;
}
)";

// Returns a JavaScript string. REQUIRES: no quote and no backslash, which no name has.
std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

// "[127, 0, 0, 0]", "[0xfe80, 0, 0, 0, 0, 0, 0, 0]"
std::string numbers(const IpAddress& address) {
  const auto& bytes = address.raw();
  std::string out;
  if (address.isV4()) {
    for (std::size_t i = 0; i < 4; ++i) ascii::appendDecimal(out += i == 0 ? "[" : ", ", bytes[i]);
  } else {
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      ascii::appendHex(out += i == 0 ? "[0x" : ", 0x", static_cast<unsigned>(bytes[i] << 8 | bytes[i + 1]));
    }
  }
  return out + "]";
}

std::string row(const HostPattern& pattern) {
  switch (pattern.kind()) {
    case HostPattern::Kind::plain_names: return "{plain: true}";
    case HostPattern::Kind::name: return "{name: " + quoted(pattern.name()) + "}";
    case HostPattern::Kind::domain: return "{below: " + quoted(pattern.name()) + "}";
    case HostPattern::Kind::network: break;
  }
  const IpNetwork& network = pattern.network();
  return "{network: " + numbers(network.base) + ", prefix: " + std::to_string(network.prefix) + "}";
}

}  // namespace

std::string pacFile(const PacRules& rules, const HostPort& proxy) {
  std::string out(kHead);
  for (const HostPattern& pattern : rules.exceptions) {
    out += "  " + row(pattern) + (&pattern == &rules.exceptions.back() ? "" : ",") + "  // " + pattern.text() + "\n";
  }
  out += "];\n// The proxy's own pages are, too:\nvar own = " + quoted(ownUrl(proxy)) +
         ";\n// All others:\nvar others = " + quoted(ordinaryAnswer(rules, proxy)) + ";\n";
  return out.append(kReader);
}

}  // namespace megaphone::setup
