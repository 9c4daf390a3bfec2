// KeyedHash: SipHash-2-4 under a random key, for keys that peers choose: without a secret they could send names or
// addresses that all fall into one bucket or to one worker.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone {

class KeyedHash {
 public:
  using is_transparent = void;  // looks up views without making a string
  using Key = std::array<std::uint64_t, 2>;

  KeyedHash();  // chooses a random key; copies share it
  explicit KeyedHash(Key key) : key_(key) {}

  std::size_t operator()(std::string_view text) const;
  std::size_t operator()(const IpAddress& address) const { return (*this)(address.bytes()); }

 private:
  Key key_;
};

}  // namespace megaphone
