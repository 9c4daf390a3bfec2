// HostPattern: which hosts are meant, by their name, their domain or their network. A value.
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
    name,         // that name alone
    domain,       // all names below it, and not itself
    network,      // addresses; a name is never looked up for it
  };

  static HostPattern plainNames() { return HostPattern(Kind::plain_names, {}, {}); }
  static HostPattern addresses(const IpNetwork& network) { return HostPattern(Kind::network, {}, network); }
  // "www.example.org", ".example.org" (or "*.example.org") for all names below, "10.0.0.0/8", "::1".
  static std::optional<HostPattern> parse(std::string_view text);

  // `host`: a normal name (host_name.h), or an address as IpAddress writes it.
  bool matches(std::string_view host) const;

  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }      // of name and, with its dot in front, of domain
  const IpNetwork& network() const { return network_; }  // of network
  std::string text() const;                              // parse() gives it back; but "plain-names"
  bool operator==(const HostPattern&) const = default;

 private:
  HostPattern(Kind kind, std::string name, const IpNetwork& network)
      : kind_(kind), name_(std::move(name)), network_(network) {}

  Kind kind_;
  std::string name_;
  IpNetwork network_;
};

}  // namespace megaphone
