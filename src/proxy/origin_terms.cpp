#include "origin_terms.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "field_names.h"

namespace megaphone::proxy {
namespace {

constexpr std::string_view kOffer = "WWW-Authenticate";

bool isConnectionScheme(std::string_view word) {
  static constexpr std::array<std::string_view, 4> kSchemes{"Negotiate", "NTLM", "Kerberos", "Nego2"};
  return names::isOneOf(word, kSchemes);
}

// Returns whether a field authenticates, in either direction. Those for a proxy are not forwarded, but are signs of a
// login all the same.
bool tellsOfLogins(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames{"Authorization",       kOffer,
                                                          "Authentication-Info", "Proxy-Authenticate",
                                                          "Proxy-Authorization", "Proxy-Authentication-Info"};
  switch (ascii::toLower(name.front())) {
    case 'a':
    case 'p':
    case 'w': return names::isOneOf(name, kNames);
    default: return false;
  }
}

// Returns the length of the quoted-string at the front; 1 if it has no end, so that the rest is read as words.
std::size_t quotedSize(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return 1;
}

// Returns whether a value names such a scheme, among all words between blanks, commas and quoted strings: a list of
// challenges may be written in many ways.
bool namesScheme(std::string_view value) {
  constexpr std::string_view kBetween = " \t,\"";
  while (!value.empty()) {
    if (value.front() == '"') {
      value.remove_prefix(quotedSize(value));
      continue;
    }
    const std::size_t end = std::min(value.find_first_of(kBetween), value.size());
    if (isConnectionScheme(value.substr(0, end))) return true;
    value.remove_prefix(std::max<std::size_t>(end, 1));
  }
  return false;
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

Duration withMargin(std::uint64_t seconds) {
  const Duration told = std::chrono::seconds(seconds);
  return told - std::min<Duration>(told / 2, std::chrono::seconds(1));
}

}  // namespace

bool originPersists(const http::ResponseHead& head) {
  if (head.status == 408 || head.fields.lists("Connection", "close")) return false;  // RFC 9110 section 15.5.9
  return head.version == http::Version::http11 || head.fields.lists("Connection", "keep-alive");
}

Duration keepAliveTime(const http::Fields& fields) {
  constexpr std::uint64_t kMost = 1'000'000;
  Duration lasts = Duration::max();
  for (const http::Field& field : fields) {
    if (!ascii::equalsIgnoreCase(field.name, "Keep-Alive") && !ascii::equalsIgnoreCase(field.name, "Connection"))
      continue;
    ascii::forEachListElement(field.value, [&](std::string_view element) {
      const std::size_t equals = element.find('=');
      if (equals == std::string_view::npos) return;
      const std::string_view name = ascii::trim(element.substr(0, equals));
      const auto value = ascii::parseDecimal(unquoted(ascii::trim(element.substr(equals + 1))), kMost);
      if (!value) return;
      if (ascii::equalsIgnoreCase(name, "timeout")) lasts = std::min(lasts, withMargin(*value));
      if (ascii::equalsIgnoreCase(name, "max") && *value == 0) lasts = Duration::zero();
    });
  }
  return lasts;
}

bool namesConnectionLogin(const http::Fields& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](const http::Field& field) { return tellsOfLogins(field.name) && namesScheme(field.value); });
}

bool offersConnectionLogin(const http::Fields& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const http::Field& field) {
    return ascii::equalsIgnoreCase(field.name, kOffer) && namesScheme(field.value);
  });
}

}  // namespace megaphone::proxy
