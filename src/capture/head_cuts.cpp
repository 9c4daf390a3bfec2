#include "head_cuts.h"

#include <algorithm>
#include <utility>

namespace megaphone::capture {

using Kind = HeadFollower::Kind;

std::vector<HeadCuts::Cut> HeadCuts::take(pcapng::Party from, std::string_view bytes) {
  std::vector<Cut> cuts;
  auto& [lost, begun] = waiting(from);
  if (!lost.empty()) cuts.push_back({std::exchange(lost, {}), 0});
  bool joins = false;  // to the head in front of it
  for (const HeadFollower::Run& run : follower_.take(from, bytes)) {
    const std::string_view part = bytes.substr(0, run.size);
    bytes.remove_prefix(run.size);
    const bool content = run.kind == Kind::other;
    if (content && joins) {
      cuts.back().kept = cuts.back().bytes.size();
      cuts.back().bytes += part;
    } else {
      begun += part;
      if (!content) longest_ = std::max(longest_, begun.size());
      if (run.kind == Kind::part) continue;
      cuts.push_back({std::exchange(begun, {}), 0});
      if (!content) cuts.back().kept = cuts.back().bytes.size();
    }
    joins = run.kind == Kind::before;
    if (joins) --cuts.back().kept;
  }
  return cuts;
}

std::vector<HeadCuts::Cut> HeadCuts::giveUp(pcapng::Party from) {
  auto [lost, begun] = std::exchange(waiting(from), {});
  if (lost += begun; lost.empty()) return {};
  return {{std::move(lost), 0}};
}

void HeadCuts::restart() {
  if (!follower_.lost()) return;
  follower_.restart();
  for (auto& [lost, begun] : waiting_) lost += std::exchange(begun, {});
}

std::size_t HeadCuts::cost() const {
  std::size_t waiting = 0;
  for (const auto& [lost, begun] : waiting_) waiting += lost.capacity() + begun.capacity();
  return leastCost() + longest_ + waiting;
}

}  // namespace megaphone::capture
