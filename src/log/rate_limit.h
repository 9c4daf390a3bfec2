// Sometimes: at most one line per key and interval. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/mono_time.h"

namespace megaphone::log {

class Sometimes {
 public:
  static constexpr Duration kInterval = std::chrono::seconds(10);
  static constexpr std::size_t kMaxKeys = 256;  // further keys share one place

  // Returns nothing if this line is to be left out, else the number of lines of this key left out since the last one.
  std::optional<std::uint64_t> pass(std::string_view key, MonoTime now);

 private:
  struct Key {
    MonoTime next{};
    std::uint64_t left_out = 0;
  };
  std::map<std::string, Key, std::less<>> keys_;
};

}  // namespace megaphone::log
