#include "liveness_check.h"

namespace megaphone::app {

bool LivenessCheck::begin() {
  if (!missing().empty()) return false;
  present_.assign(present_.size(), false);
  return true;
}

bool LivenessCheck::answer(std::size_t thread) {
  if (present_[thread]) return false;
  present_[thread] = true;
  return missing().empty();
}

std::vector<std::size_t> LivenessCheck::missing() const {
  std::vector<std::size_t> threads;
  for (std::size_t i = 0; i < present_.size(); ++i) {
    if (!present_[i]) threads.push_back(i);
  }
  return threads;
}

}  // namespace megaphone::app
