// KeyedHash: SipHash-2-4 under a random key. Names and addresses come from peers: without a key they could choose some
// that meet in one bucket, or in one worker.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone {

class KeyedHash {
 public:
  using is_transparent = void;  // a view is looked up without making a string
  using Key = std::array<std::uint64_t, 2>;

  KeyedHash();  // a random key; copies share it
  explicit KeyedHash(Key key) : key_(key) {}

  std::size_t operator()(std::string_view text) const;
  std::size_t operator()(const IpAddress& address) const { return (*this)(address.bytes()); }

 private:
  Key key_;
};

}  // namespace megaphone
