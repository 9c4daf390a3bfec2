#include "megaphone/proxy/target.h"

#include <algorithm>
#include <array>

#include "megaphone/base/ascii.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/shown_url.h"

namespace megaphone::proxy {
namespace {

constexpr std::size_t kLongestName = 255;  // RFC 1035 section 2.3.4

Error bad(std::string_view what) { return {Reason::http_request_error, Side::client, 0, std::string(what)}; }

bool isNameChar(char c) { return ascii::isAlpha(c) || ascii::isDigit(c) || c == '-' || c == '.' || c == '_'; }

// Reads the host and port of an authority without userinfo. `port` keeps its value if there is none.
Result<void> readAuthority(std::string_view text, std::string& host, std::uint16_t& port, bool portRequired) {
  std::string_view name = text;
  std::string_view digits;
  bool hasColon = false;
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return bad("the IPv6 address in the target has no closing bracket");
    name = text.substr(1, end - 1);
    const std::string_view after = text.substr(end + 1);
    hasColon = !after.empty() && after.front() == ':';
    if (!after.empty() && !hasColon) return bad("the target has characters between the address and the port");
    if (hasColon) digits = after.substr(1);
    const auto address = IpAddress::parse(name);
    if (!address || address->isV4() || address->scope() != 0) return bad("the target has a bad IPv6 address");
    host = address->text();  // one spelling for one address
  } else {
    const std::size_t colon = text.find(':');
    hasColon = colon != std::string_view::npos;
    name = text.substr(0, colon);
    if (hasColon) digits = text.substr(colon + 1);
    if (name.empty()) return bad("the target has no host");
    if (name.size() > kLongestName) return bad("the host in the target is too long");
    if (!std::all_of(name.begin(), name.end(), isNameChar))
      return bad("the host in the target has a character that no name has");
    host.assign(name);
    std::transform(host.begin(), host.end(), host.begin(), ascii::toLower);
  }
  if (digits.empty()) {
    if (portRequired) return bad("the target has no port");
    return {};  // an empty port means the scheme's (RFC 3986 section 3.2.3)
  }
  const auto number = ascii::parseDecimal(digits, 65535);
  if (!number || *number == 0 || digits.size() > 5) return bad("the target has a bad port");
  port = static_cast<std::uint16_t>(*number);
  return {};
}

bool isHostChar(char c) { return isNameChar(c) || std::string_view("~!$&'()*+,;=").find(c) != std::string_view::npos; }

bool isRegisteredName(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (isHostChar(text[i])) continue;
    if (text[i] != '%' || text.size() - i < 3 || !ascii::isHex(text[i + 1]) || !ascii::isHex(text[i + 2])) return false;
    i += 2;
  }
  return true;
}

// Returns whether `text` may be in brackets: an IPv6 address, or "v1.x" for future versions (RFC 3986 section 3.2.2).
bool isAddressLiteral(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (!text.empty() && ascii::toLower(text.front()) == 'v' && dot != std::string_view::npos) {
    const std::string_view version = text.substr(1, dot - 1);
    const std::string_view rest = text.substr(dot + 1);
    return !version.empty() && std::all_of(version.begin(), version.end(), ascii::isHex) && !rest.empty() &&
           std::all_of(rest.begin(), rest.end(), [](char c) { return isHostChar(c) || c == ':'; });
  }
  const auto address = IpAddress::parse(text);
  return address && !address->isV4() && address->scope() == 0;
}

void appendHost(std::string& out, const std::string& host) {
  const bool v6 = host.find(':') != std::string::npos;
  if (v6) out += '[';
  out += host;
  if (v6) out += ']';
}

constexpr std::string_view kSchemeEnd = "://";

// A scheme that is not forwarded, and advice for its users.
struct OtherScheme {
  std::string_view name;
  std::string_view advice;
};
constexpr std::array kOtherSchemes{
    OtherScheme{"https",
                "https:// goes through a tunnel: the program must send CONNECT with the host and port, not the URL"},
    OtherScheme{"wss",
                "wss:// goes through a tunnel: the program must send CONNECT with the host and port, not the URL"},
    OtherScheme{"ftp",
                "ftp:// is not forwarded: fetch it without a proxy (unset ftp_proxy), or from an http:// address"},
    OtherScheme{"file", "file: is for files of your own machine: open it without a proxy"},
};

// Returns the position after "://" in a URL of a forwarded scheme. A WebSocket begins as a request of HTTP: ws:// is
// http:// (RFC 6455 section 3), and Upgrade says the rest.
Result<std::size_t> behindScheme(std::string_view url) {
  const std::size_t colon = std::min(url.find(':'), url.size());
  const std::string_view scheme = url.substr(0, colon);
  for (const OtherScheme& other : kOtherSchemes) {
    const bool isUrl = other.name == "file" || url.substr(colon).starts_with(kSchemeEnd);
    if (isUrl && ascii::equalsIgnoreCase(scheme, other.name)) return bad(other.advice);
  }
  if (!url.substr(colon).starts_with(kSchemeEnd)) {
    return bad("the target is neither a URL nor a path: it must begin with http://");
  }
  if (!ascii::equalsIgnoreCase(scheme, "http") && !ascii::equalsIgnoreCase(scheme, "ws")) {
    return bad("this proxy forwards http:// and ws:// only, and what goes through CONNECT: ask for others without it");
  }
  return colon + kSchemeEnd.size();
}

// Removes user information, which clients send by themselves if the origin asks for it (RFC 9110 section 4.2.4).
// Refuses what other parsers would split elsewhere.
Result<std::string_view> withoutUserInformation(std::string_view authority) {
  if (authority.find('\\') != std::string_view::npos) return bad("the target has a backslash in front of its path");
  const std::size_t at = authority.find('@');
  if (at == std::string_view::npos) return authority;
  if (authority.find('@', at + 1) != std::string_view::npos)
    return bad("the target has more than one @ before its path");
  if (ascii::findAny<'[', ']'>(authority.substr(0, at)) != std::string_view::npos) {
    return bad("the target has a bracket in its user name");
  }
  return authority.substr(at + 1);
}

}  // namespace

Result<void> Target::read(std::string_view method, std::string_view requestTarget) {
  host.clear();
  authority.clear();
  path.clear();
  key.clear();
  port = 0;

  if (method == "CONNECT") {
    form = Form::authority;
    if (ascii::findAny<'/', '?', '#', '@'>(requestTarget) != std::string_view::npos)
      return bad("CONNECT takes a host and a port only");
    if (auto read = readAuthority(requestTarget, host, port, true); !read) return read;
  } else if (requestTarget == "*") {
    form = Form::asterisk;
    path = "*";
    return method == "OPTIONS" ? Result<void>{} : bad("only OPTIONS may have the target *");
  } else {
    // A fragment is for the client alone (RFC 9110 section 4.2.5).
    requestTarget = requestTarget.substr(0, ascii::findAny<'#'>(requestTarget));
    if (requestTarget.starts_with('/')) {
      form = Form::origin;
      path = requestTarget;
      return {};
    }
    form = Form::absolute;
    if (auto read = readUrl(method, requestTarget); !read) return read;
  }
  appendHost(authority, host);
  key = authority;
  key += ':';
  ascii::appendDecimal(key, port);
  if (form == Form::authority || port != 80) authority = key;
  return {};
}

Result<void> Target::readUrl(std::string_view method, std::string_view url) {
  const auto begin = behindScheme(url);
  if (!begin) return begin.error();
  std::string_view rest = url.substr(*begin);
  const std::size_t end = std::min(ascii::findAny<'/', '?'>(rest), rest.size());
  const auto text = withoutUserInformation(rest.substr(0, end));
  if (!text) return text.error();
  port = 80;
  if (auto read = readAuthority(*text, host, port, false); !read) return read;
  rest.remove_prefix(end);
  // OPTIONS for a whole server goes on as "*" (RFC 9112 section 3.2.4); an empty path is "/".
  if (rest.empty())
    path = method == "OPTIONS" ? "*" : "/";
  else if (rest.front() == '?')
    path = "/";
  appendUrlBytes(path, rest);
  return {};
}

bool repeatsUserInformation(std::string_view value, std::string_view requestTarget) {
  const std::size_t at = value.find('@');
  const std::size_t scheme = requestTarget.find(kSchemeEnd);
  if (at == std::string_view::npos || scheme == std::string_view::npos) return false;
  const std::string_view rest = requestTarget.substr(scheme + kSchemeEnd.size());
  return isHostValue(value.substr(at + 1)) && value == rest.substr(0, ascii::findAny<'/', '?', '#'>(rest));
}

// Syntax: uri-host [ ":" port ] (RFC 9110 section 7.2, RFC 3986 section 3.2.2).
bool isHostValue(std::string_view value) {
  const bool literal = !value.empty() && value.front() == '[';
  const std::size_t end = literal ? value.find(']') : std::min(value.find(':'), value.size());
  if (end == std::string_view::npos) return false;
  const std::string_view host = literal ? value.substr(1, end - 1) : value.substr(0, end);
  const std::string_view port = value.substr(literal ? end + 1 : end);
  if (!port.empty() && port.front() != ':') return false;
  if (port.size() > 1 && !ascii::parseDecimal(port.substr(1), 65535)) return false;
  if (literal) return isAddressLiteral(host);
  return (!host.empty() || port.empty()) && isRegisteredName(host);
}

}  // namespace megaphone::proxy
