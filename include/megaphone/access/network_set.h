// NetworkSet: a set of networks that finds the one that holds an address, in logarithmic time. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/config/settings.h"

namespace megaphone::access {

class NetworkSet {
 public:
  struct Entry {
    IpNetwork network;
    std::string label;
    std::uint32_t line = 0;
  };

  NetworkSet() = default;
  explicit NetworkSet(std::vector<Entry> entries);

  // The most specific network that holds the address, of equal ones the first given; or null. Mapped addresses are IPv6
  // here: the caller unmaps. The entry lives as long as the set.
  const Entry* find(const IpAddress& address) const;
  bool empty() const { return entries_.empty(); }

 private:
  // An address as numbers, which are compared faster than bytes. IPv4 comes before IPv6 and fills `high` from the
  // front.
  struct Key {
    static Key of(const IpAddress& address);
    static Key firstOf(const IpNetwork& network);
    static Key behind(const IpNetwork& network);  // its last address
    auto operator<=>(const Key&) const = default;

    IpAddress::Family family;
    std::uint64_t high;
    std::uint64_t low;
  };
  struct Span {  // what lies from `first` to the next span belongs to `entry`
    Key first;
    std::int32_t entry;  // -1: to nobody
  };
  std::vector<Entry> entries_;
  std::vector<Span> spans_;  // sorted by first
};

}  // namespace megaphone::access
