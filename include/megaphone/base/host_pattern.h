// HostPattern: matches hosts by name, domain or network. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone {

class HostPattern {
 public:
  enum class Kind : std::uint8_t {
    plain_names,  // names without a dot, such as "printer"
    name,         // one name
    domain,       // all names below it, without the domain itself
    network,      // addresses; names are never looked up to match it
  };

  static HostPattern plainNames() { return HostPattern(Kind::plain_names, {}, {}); }
  static HostPattern addresses(const IpNetwork& network) { return HostPattern(Kind::network, {}, network); }
  // Reads "www.example.org", ".example.org" or "*.example.org" (all names below it), "10.0.0.0/8", "::1".
  static std::optional<HostPattern> parse(std::string_view text);

  // `host`: a normal name (host_name.h), or an address as IpAddress writes it.
  bool matches(std::string_view host) const;

  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }      // for Kind::name, and with a leading dot for Kind::domain
  const IpNetwork& network() const { return network_; }  // for Kind::network
  std::string text() const;                              // parse() reads it; except "plain-names"
  bool operator==(const HostPattern&) const = default;

 private:
  HostPattern(Kind kind, std::string name, const IpNetwork& network)
      : kind_(kind), name_(std::move(name)), network_(network) {}

  Kind kind_;
  std::string name_;
  IpNetwork network_;
};

}  // namespace megaphone
