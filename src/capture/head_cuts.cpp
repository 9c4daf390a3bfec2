#include "head_cuts.h"

#include <utility>

namespace megaphone::capture {

using Kind = HeadFollower::Kind;

std::vector<HeadCuts::Cut> HeadCuts::take(pcapng::Party from, std::string_view bytes, std::string_view shown) {
  std::vector<Cut> cuts;
  auto& [lost, begun] = waiting(from);
  if (!lost.empty()) cuts.push_back({std::exchange(lost, {}), 0});
  bool joins = false;  // to the head in front of it
  for (const HeadFollower::Run& run : follower_.take(from, bytes)) {
    const std::string_view part = shown.substr(0, run.size);
    shown.remove_prefix(run.size);
    const bool content = run.kind == Kind::other;
    if (content && joins) {
      cuts.back().kept = cuts.back().bytes.size();
      cuts.back().bytes += part;
    } else {
      begun += part;
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

}  // namespace megaphone::capture
