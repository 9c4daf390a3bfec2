#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/setup/pac.h"
#include "pac_text.h"

namespace megaphone::setup {
namespace {

constexpr std::uint16_t kHttpPort = 80;

struct Scheme {
  std::string_view name;
  std::uint16_t port;
};
constexpr Scheme kSchemes[] = {{"http", kHttpPort}, {"https", 443}, {"ws", 80}, {"wss", 443}, {"ftp", 21}};

Error noUrl(std::string_view url) {
  return {Reason::http_request_error, Side::client, 0,
          "\"" + std::string(url) + "\" has no host that a browser could ask a PAC file about"};
}

// A URL as browsers give it to a PAC file. Without a scheme it counts as http, as in an address bar.
struct Url {
  std::string_view scheme;
  HostPort host;
};

Result<Url> readUrl(std::string_view text) {
  const std::size_t colon = text.find("://");
  const bool typed = colon == std::string_view::npos;
  const std::string_view scheme = typed ? "http" : text.substr(0, colon);
  const std::string_view rest = typed ? text : text.substr(colon + 3);
  const auto known = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                  [&](const Scheme& each) { return ascii::equalsIgnoreCase(each.name, scheme); });
  if (known == std::end(kSchemes)) return noUrl(text);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = authority.rfind('@'); !typed && at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  if (authority.ends_with(':')) authority.remove_suffix(1);
  auto host = HostPort::parse(authority, known->port);
  if (!host) return noUrl(text);
  return Url{known->name, std::move(*host)};
}

}  // namespace

std::string ownUrl(const HostPort& proxy) {
  return "http://" + (proxy.port == kHttpPort ? proxy.urlHost() : proxy.text()) + "/";
}

std::string ordinaryAnswer(const PacRules& rules, const HostPort& proxy) {
  return "PROXY " + proxy.text() + (rules.fallback ? "; DIRECT" : "");
}

Result<PacAnswer> askPac(const PacRules& rules, const HostPort& proxy, std::string_view text) {
  const auto url = readUrl(text);
  if (!url) return url.error();
  if (url->scheme == "http" && url->host == proxy) return PacAnswer{"DIRECT", "the proxy itself"};
  const auto exception = std::find_if(rules.exceptions.begin(), rules.exceptions.end(),
                                      [&](const HostPattern& each) { return each.matches(url->host.host); });
  if (exception != rules.exceptions.end()) return PacAnswer{"DIRECT", exception->text()};
  return PacAnswer{ordinaryAnswer(rules, proxy), {}};
}

}  // namespace megaphone::setup
