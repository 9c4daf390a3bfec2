// Rules for addresses and domains in lists: those of listeners, name servers, and search domains.
#include "elements.h"
#include "megaphone/base/host_name.h"

namespace megaphone::config {
namespace {

constexpr std::string_view kListenForm = R"(an address and a port, such as "127.0.0.1:7007" or "[::1]:7007"; no names)";
constexpr std::string_view kResolvConf = "resolv.conf";
constexpr std::string_view kBracketed = R"(\[[0-9A-Fa-f:.]+(%[^\]]+)?\])";

// Returns the correction of a usual mistake, else the form.
std::string adviseListen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (const auto address = IpAddress::parse(text)) {
    const std::string with_port = quote(Endpoint{*address, 3128}.text());
    const std::string_view front = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (address->isV4() || !IpAddress::parse(front)) return "add a port: " + with_port;
    return concat("an IPv6 address in front of a port stands in brackets: ",
                  quote(concat("[", front, "]:", text.substr(colon + 1))), ", or ", with_port);
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

std::optional<Endpoint> parseServer(std::string_view text, std::uint16_t standard_port) {
  if (const auto endpoint = Endpoint::parse(text)) return endpoint;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  return Endpoint{*address, standard_port};
}

// Refuses an address that is not that of one machine.
std::optional<Refusal> refuseGroups(const Endpoint& endpoint) {
  const IpAddress unmapped = endpoint.address.unmapped();
  if (unmapped.family() != endpoint.address.family())
    return Refusal{"is an IPv4 address inside IPv6", "write " + quote(Endpoint{unmapped, endpoint.port}.text())};
  if (endpoint.address.isMulticast()) return Refusal{"is a multicast address", "write an address of one machine"};
  return std::nullopt;
}

std::optional<Refusal> refuseToBind(const Endpoint& endpoint) {
  if (auto refusal = refuseGroups(endpoint)) return refusal;
  const IpAddress& address = endpoint.address;
  if (!address.isLinkLocal() || address.isV4() || address.scope() != 0) return std::nullopt;
  return Refusal{"is link-local and needs its interface",
                 concat("for example ", quote(concat("[", address.text(), "%eth0]:", endpoint.port)))};
}

}  // namespace

std::string ListenElement::form() const { return std::string(kListenForm); }
std::string ListenElement::pattern() const {
  return concat("^(([0-9.]+|", kBracketed, "):[0-9]{1,5}|systemd:[!-9;-~]{1,255})$");
}

std::variant<ListenOn, Refusal> ListenElement::parse(std::string_view text) const {
  const auto on = ListenOn::parse(text);
  if (!on) return Refusal{"is not an address with a port", adviseListen(text)};
  auto refusal = on->handed.empty() ? refuseToBind(on->address) : std::nullopt;
  if (refusal) return *std::move(refusal);
  return *on;
}

std::string ListenElement::write(const ListenOn& value) const { return quote(value.text()); }

std::string ServerElement::form() const {
  return R"(an address or an address and a port: "9.9.9.9", "9.9.9.9:53" or "[::1]:53")";
}
std::string ServerElement::pattern() const {
  return concat("^([0-9A-Fa-f:.]+(%.+)?|([0-9.]+|", kBracketed, ")(:[0-9]{1,5})?)$");
}

std::variant<Endpoint, Refusal> ServerElement::parse(std::string_view text) const {
  const auto endpoint = parseServer(text, standard_port);
  if (!endpoint) return Refusal{"is not an address", form()};
  if (auto refusal = refuseGroups(*endpoint)) return *std::move(refusal);
  if (endpoint->port == 0 || endpoint->address.isUnspecified()) return Refusal{"cannot be asked", form()};
  return *endpoint;
}

std::string ServerElement::write(const Endpoint& value) const { return quote(value.text()); }

std::string DomainElement::form() const { return R"(domains such as ["corp.example"], or "resolv.conf")"; }
std::string DomainElement::pattern() const { return R"(^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$)"; }
std::vector<ListWord<std::string>> DomainElement::words() const {
  return {{kResolvConf, {std::string(kResolvConf)}, true}};
}

std::variant<std::string, Refusal> DomainElement::parse(std::string_view text) const {
  auto domain = normalName(text);
  if (!domain) return Refusal{"is not a domain", form()};
  return *std::move(domain);
}

std::string DomainElement::write(const std::string& value) const { return quote(value); }

}  // namespace megaphone::config
