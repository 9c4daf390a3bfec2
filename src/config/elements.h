// Elements: the rules for one value of each kind of list (list_rule.h).
#pragma once

#include "list_rule.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/host_pattern.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

// An address on which a listener listens, or a socket of systemd.
struct ListenElement {
  using Value = ListenOn;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::addresses;
  static constexpr std::string_view kNoun = "address";
  std::string form() const;
  std::string pattern() const;
  std::vector<ListWord<Value>> words() const { return {}; }
  std::variant<Value, Refusal> parse(std::string_view text) const;
  std::string write(const Value& value) const;
};

// The address of a server that can be asked.
struct ServerElement {
  using Value = Endpoint;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::addresses;
  static constexpr std::string_view kNoun = "address";
  std::uint16_t standard_port = 0;  // where none is written

  std::string form() const;
  std::string pattern() const;
  std::vector<ListWord<Value>> words() const { return {}; }
  std::variant<Value, Refusal> parse(std::string_view text) const;
  std::string write(const Value& value) const;
};

// Domains in normal form (host_name.h), or "resolv.conf" alone.
struct DomainElement {
  using Value = std::string;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::domains;
  static constexpr std::string_view kNoun = "domain";
  std::string form() const;
  std::string pattern() const;
  std::vector<ListWord<Value>> words() const;
  std::variant<Value, Refusal> parse(std::string_view text) const;
  std::string write(const Value& value) const;
};

struct NetworkElement {
  using Value = NetworkEntry;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::networks;
  static constexpr std::string_view kNoun = "network";
  bool this_machine = false;  // whether that word is one

  std::string form() const;
  std::string pattern() const;
  std::vector<ListWord<Value>> words() const;
  std::variant<Value, Refusal> parse(std::string_view text) const;
  std::string write(const Value& value) const;
};

struct HostElement {
  using Value = HostPattern;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::hosts;
  static constexpr std::string_view kNoun = "host";
  std::string form() const;
  std::string pattern() const;
  std::vector<ListWord<Value>> words() const;
  std::variant<Value, Refusal> parse(std::string_view text) const;
  std::string write(const Value& value) const;
};

struct PortElement {
  using Value = PortRange;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::ports;
  static constexpr std::string_view kNoun = "port";
  std::string form() const;
  std::string pattern() const;
  std::vector<ListWord<Value>> words() const;
  std::variant<Value, Refusal> parse(std::string_view text) const;
  std::variant<Value, Refusal> parse(std::int64_t number) const;
  std::string write(const Value& value) const;
};

}  // namespace megaphone::config
