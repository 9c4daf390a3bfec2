#include "rate_limit.h"

#include <utility>

namespace megaphone::log {

std::optional<std::uint64_t> Sometimes::pass(std::string_view key, MonoTime now) {
  auto place = keys_.find(key);
  if (place == keys_.end()) {
    place = keys_.try_emplace(keys_.size() < kMaxKeys ? std::string(key) : std::string(), Key{now}).first;
  }
  Key& state = place->second;
  if (now < state.next) {
    ++state.left_out;
    return std::nullopt;
  }
  state.next = now + kInterval;
  return std::exchange(state.left_out, 0);
}

}  // namespace megaphone::log
