#include "lines.h"

#include <algorithm>

namespace megaphone::client {

std::optional<std::string> LineSplitter::next() {
  if (tooLong()) return std::nullopt;
  const std::size_t end = held_.find('\n');
  if (end == std::string::npos && (!ended_ || held_.empty())) return std::nullopt;
  std::string line = held_.substr(0, end);
  held_.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

bool LineSplitter::tooLong() const { return std::min(held_.find('\n'), held_.size()) > limit_; }

}  // namespace megaphone::client
