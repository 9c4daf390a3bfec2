#include "megaphone/base/host_port.h"

#include "megaphone/base/ascii.h"
#include "megaphone/base/host_name.h"

namespace megaphone {
namespace {

// Returns the normal spelling of a host; nothing for other text.
std::optional<std::string> normalHost(std::string_view text, bool bracketed) {
  const auto address = IpAddress::parse(text);
  if (!address) return bracketed ? std::nullopt : normalName(text);
  if (bracketed == address->isV4()) return std::nullopt;
  return address->text();
}

}  // namespace

std::optional<HostPort> HostPort::parse(std::string_view text, std::uint16_t standardPort) {
  const bool bracketed = text.starts_with('[');
  const std::size_t close = bracketed ? text.find(']') : 0;
  if (close == std::string_view::npos) return std::nullopt;
  const std::size_t colon = text.find(':', close);
  const std::string_view name = text.substr(0, colon);
  if (bracketed && close + 1 != name.size()) return std::nullopt;
  auto host = normalHost(bracketed ? name.substr(1, close - 1) : name, bracketed);
  if (!host) return std::nullopt;
  std::uint64_t port = standardPort;
  if (colon != std::string_view::npos) port = ascii::parseDecimal(text.substr(colon + 1), 65535).value_or(0);
  if (port == 0) return std::nullopt;
  return HostPort{std::move(*host), static_cast<std::uint16_t>(port)};
}

std::string HostPort::urlHost() const { return host.find(':') == std::string::npos ? host : '[' + host + ']'; }

std::string HostPort::text() const {
  std::string out = urlHost() + ':';
  ascii::appendDecimal(out, port);
  return out;
}

}  // namespace megaphone
