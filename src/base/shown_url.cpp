#include "megaphone/base/shown_url.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/base/endpoint.h"

namespace megaphone {
namespace {

bool isNameChar(char c) { return ascii::isAlpha(c) || ascii::isDigit(c) || c == '-' || c == '.' || c == '_'; }
bool isSchemeChar(char c) { return ascii::isAlpha(c) || ascii::isDigit(c) || c == '+' || c == '-' || c == '.'; }

bool isHost(std::string_view text) {
  if (!text.starts_with('[')) return !text.empty() && std::all_of(text.begin(), text.end(), isNameChar);
  const auto address = text.ends_with(']') ? IpAddress::parse(text.substr(1, text.size() - 2)) : std::nullopt;
  return address && !address->isV4();
}

bool isPort(std::string_view text) {
  return text.empty() || (text.size() <= 5 && ascii::parseDecimal(text, 65535).value_or(0) != 0);
}

// Returns whether `text` is a host, with or without a port, and nothing else.
bool isHostAndPort(std::string_view text) {
  const std::size_t colon = text.find(':', text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0);
  return isHost(text.substr(0, colon)) && (colon == std::string_view::npos || isPort(text.substr(colon + 1)));
}

bool isPath(std::string_view url) { return url.starts_with('/') && !url.starts_with("//"); }

// Returns the length of the scheme with its "://"; 0 if there is none.
std::size_t schemeEnd(std::string_view url) {
  const std::size_t colon = url.find(':');
  const bool absolute = colon != std::string_view::npos && colon > 0 && url.substr(colon).starts_with("://") &&
                        std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), isSchemeChar);
  return absolute ? colon + 3 : 0;
}

// Returns the position after the last '@', encoded or not.
std::string_view withoutAnySecret(std::string_view text) {
  const std::size_t plain = text.rfind('@');
  const std::size_t encoded = text.rfind("%40");
  std::size_t begin = plain == std::string_view::npos ? 0 : plain + 1;
  if (encoded != std::string_view::npos) begin = std::max(begin, encoded + 3);
  return text.substr(begin);
}

}  // namespace

void appendShownUrl(std::string& out, std::string_view url) {
  const std::size_t scheme = schemeEnd(url);
  out += url.substr(0, scheme);
  std::string_view rest = url.substr(scheme);
  std::string_view authority = rest.substr(0, ascii::findAny<'/', '?', '#'>(rest));
  if (scheme > 0) {
    const std::size_t user = authority.rfind('@') + 1;  // 0 where there is none
    authority.remove_prefix(user);
    rest.remove_prefix(user);
  }
  // Without a scheme, nothing stands behind a host and port: "http:/user:secret@host/" has none.
  const bool told = isHostAndPort(authority) && (scheme > 0 || authority.size() == rest.size());
  if (!told && !isPath(url)) rest = withoutAnySecret(rest);
  appendUrlBytes(out, rest.substr(0, ascii::findAny<'#'>(rest)));
}

void appendUrlBytes(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto isHigh = [](char c) { return static_cast<unsigned char>(c) > 127; };
  while (!text.empty()) {
    const std::size_t plain = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), isHigh) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto byte = static_cast<unsigned char>(text.front());
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
    text.remove_prefix(1);
  }
}

}  // namespace megaphone
