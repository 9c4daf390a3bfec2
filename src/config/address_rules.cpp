// The rules for addresses: of our own listeners, and of name servers.
#include "lists.h"
#include "megaphone/base/host_name.h"

namespace megaphone::config {
namespace {

using Type = KeyInfo::Type;

constexpr std::string_view kListenForm = R"(an address and a port, such as "127.0.0.1:7007" or "[::1]:7007"; no names)";
constexpr std::string_view kServerForm =
    R"(an address or an address and a port: "9.9.9.9", "9.9.9.9:53" or "[::1]:53")";
constexpr std::string_view kSearchForm = R"(domains such as ["corp.example"], or "resolv.conf")";
constexpr std::string_view kResolvConf = "resolv.conf";
constexpr std::string_view kBracketed = R"(\[[0-9A-Fa-f:.]+(%[^\]]+)?\])";

// For the usual mistakes their correction, else the form.
std::string adviseListen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (const auto address = IpAddress::parse(text)) {
    const std::string with_port = quote(Endpoint{*address, 3128}.text());
    const std::string front(text.substr(0, colon == std::string_view::npos ? 0 : colon));
    if (address->isV4() || !IpAddress::parse(front)) return "add a port: " + with_port;
    return "an IPv6 address in front of a port stands in brackets: " +
           quote("[" + front + "]:" + std::string(text.substr(colon + 1))) + ", or " + with_port;
  }
  const std::string_view host = text.substr(0, colon == std::string_view::npos ? text.size() : colon);
  if (text.starts_with("systemd"))
    return R"(for a socket of systemd write "systemd:NAME", with its FileDescriptorName=)";
  if (host == "localhost") return R"(write the address: "127.0.0.1:…" or "[::1]:…")";
  if (host.empty() || host == "*")
    return R"(for every address of this machine write "0.0.0.0:…", or "[::]:…" for IPv6)";
  if (colon != std::string_view::npos && IpAddress::parse(host)) return "a port is a number from 0 to 65535";
  return std::string(kListenForm);
}

std::optional<Endpoint> parseServer(const AddressRule& rule, std::string_view text) {
  if (const auto endpoint = Endpoint::parse(text)) return endpoint;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  return Endpoint{*address, rule.standard_port};
}

bool isOfOneMachine(const Site& site, const Node& element, const Endpoint& endpoint) {
  const IpAddress unmapped = endpoint.address.unmapped();
  if (unmapped.family() != endpoint.address.family()) {
    return refuse(site, element, "is an IPv4 address inside IPv6",
                  "write " + quote(Endpoint{unmapped, endpoint.port}.text()));
  }
  if (endpoint.address.isMulticast())
    return refuse(site, element, "is a multicast address", "write an address of one machine");
  return true;
}

bool canBeBound(const Site& site, const Node& element, const Endpoint& endpoint) {
  if (!isOfOneMachine(site, element, endpoint)) return false;
  const IpAddress& address = endpoint.address;
  if (address.isLinkLocal() && !address.isV4() && address.scope() == 0) {
    return refuse(site, element, "is link-local and needs its interface",
                  "for example \"[" + address.text() + "%eth0]:" + std::to_string(endpoint.port) + "\"");
  }
  return true;
}

bool canBeAsked(const Site& site, const Node& element, const Endpoint& endpoint) {
  if (!isOfOneMachine(site, element, endpoint)) return false;
  if (endpoint.port != 0 && !endpoint.address.isUnspecified()) return true;
  return refuse(site, element, "cannot be asked", std::string(kServerForm));
}

bool isText(const Site& site, const Node& element, std::string_view form) {
  if (element.kind == Node::Kind::text) return true;
  wrongKind(site, element, Type::addresses, std::string(form));
  return false;
}

}  // namespace

std::optional<std::vector<ListenOn>> read(const ListenRule&, const Site& site) {
  auto out = readList<ListenOn>(site, [&](const Node& element, std::vector<ListenOn>& list) {
    if (!isText(site, element, kListenForm)) return false;
    const auto on = ListenOn::parse(element.text);
    if (!on) return refuse(site, element, "is not an address with a port", adviseListen(element.text));
    list.push_back(*on);
    return !on->handed.empty() || canBeBound(site, element, on->address);
  });
  if (out && out->empty()) {
    site.report.add(site.value.span, std::string(site.key) + " has no address", std::string(kListenForm));
    return std::nullopt;
  }
  return out;
}
std::string write(const ListenRule&, const std::vector<ListenOn>& value) {
  return writeList(value, [](const ListenOn& on) { return quote(on.text()); });
}
void explain(const ListenRule&, KeyInfo& out) {
  out.type = Type::addresses;
  out.list = true;
  out.may_be_empty = false;
  out.pattern = "^(([0-9.]+|" + std::string(kBracketed) + "):[0-9]{1,5}|systemd:[!-9;-~]{1,255})$";
}

std::optional<std::vector<Endpoint>> read(const AddressRule& rule, const Site& site) {
  return readList<Endpoint>(site, [&](const Node& element, std::vector<Endpoint>& list) {
    if (!isText(site, element, kServerForm)) return false;
    const auto endpoint = parseServer(rule, element.text);
    if (!endpoint) return refuse(site, element, "is not an address", std::string(kServerForm));
    list.push_back(*endpoint);
    return canBeAsked(site, element, *endpoint);
  });
}
std::optional<std::vector<std::string>> read(const SearchRule&, const Site& site) {
  return readList<std::string>(site, [&](const Node& element, std::vector<std::string>& list) {
    if (element.kind != Node::Kind::text) {
      wrongKind(site, element, Type::domains, std::string(kSearchForm));
      return false;
    }
    if (element.text == kResolvConf) {
      list.emplace_back(kResolvConf);
      return site.value.list().size() == 1 || refuse(site, element, "is not for a list", std::string(kSearchForm));
    }
    auto domain = normalName(element.text);
    if (!domain) return refuse(site, element, "is not a domain", std::string(kSearchForm));
    list.push_back(*std::move(domain));
    return true;
  });
}
std::string write(const SearchRule&, const std::vector<std::string>& value) { return writeList(value, quote); }
void explain(const SearchRule&, KeyInfo& out) {
  out.type = Type::domains;
  out.list = true;
  out.pattern = R"(^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$)";
  out.words = {kResolvConf};
}

std::string write(const AddressRule&, const std::vector<Endpoint>& value) {
  return writeList(value, [](const Endpoint& endpoint) { return quote(endpoint.text()); });
}
void explain(const AddressRule&, KeyInfo& out) {
  out.type = Type::addresses;
  out.list = true;
  out.pattern = "^([0-9A-Fa-f:.]+(%.+)?|([0-9.]+|" + std::string(kBracketed) + ")(:[0-9]{1,5})?)$";
}

}  // namespace megaphone::config
