#include "megaphone/base/host_pattern.h"

#include "megaphone/base/host_name.h"

namespace megaphone {

std::optional<HostPattern> HostPattern::parse(std::string_view text) {
  if (const auto network = IpNetwork::parse(text)) return addresses(*network);
  if (text.starts_with("*.")) text.remove_prefix(1);
  const bool below = text.starts_with('.');
  auto name = normalName(text.substr(below ? 1 : 0));
  if (!name) return std::nullopt;
  return HostPattern(below ? Kind::domain : Kind::name, (below ? "." : "") + *name, {});
}

bool HostPattern::matches(std::string_view host) const {
  switch (kind_) {
    case Kind::plain_names: return host.find_first_of(".:") == std::string_view::npos;
    case Kind::name: return host == name_;
    case Kind::domain: return host.size() > name_.size() && host.ends_with(name_);
    case Kind::network: break;
  }
  const auto address = IpAddress::parse(host);
  return address && network_.contains(*address);
}

std::string HostPattern::text() const {
  switch (kind_) {
    case Kind::plain_names: return "plain-names";
    case Kind::network: return network_.text();
    default: return name_;
  }
}

}  // namespace megaphone
