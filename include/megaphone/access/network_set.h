// NetworkSet: a set of networks that finds the one that contains an address, in logarithmic time. Pure.
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

  // Returns the most specific network that contains the address, the first of equal ones, or null. IPv4-mapped
  // addresses are IPv6 here: callers unmap them before. The entry is valid as long as the set.
  const Entry* find(const IpAddress& address) const;
  bool empty() const { return entries_.empty(); }

 private:
  // An address as numbers, which compare faster than bytes. IPv4 sorts before IPv6 and fills `high` from its upper
  // bits.
  struct Key {
    static Key of(const IpAddress& address);
    static Key firstOf(const IpNetwork& network);
    static Key behind(const IpNetwork& network);  // the key after its last address
    auto operator<=>(const Key&) const = default;

    IpAddress::Family family;
    std::uint64_t high;
    std::uint64_t low;
  };
  struct Span {  // addresses from `first` to the next span belong to `entry`
    Key first;
    std::int32_t entry;  // -1: to none
  };
  std::vector<Entry> entries_;
  std::vector<Span> spans_;  // sorted by first
};

}  // namespace megaphone::access
