// KeyedHash: SipHash-2-4 under a random key. Names come from clients: without a key they could choose names that meet
// in one worker or in one bucket.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone::connect {

class KeyedHash {
 public:
  using Key = std::array<std::uint64_t, 2>;

  KeyedHash();  // a random key; copies share it
  explicit KeyedHash(Key key) : key_(key) {}

  std::size_t operator()(std::string_view text) const;
  std::size_t operator()(const IpAddress& address) const { return (*this)(address.bytes()); }

 private:
  Key key_;
};

}  // namespace megaphone::connect
