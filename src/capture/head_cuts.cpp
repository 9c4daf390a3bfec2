#include "head_cuts.h"

#include <utility>

namespace megaphone::capture {

using Kind = HeadFollower::Kind;

std::vector<HeadCuts::Cut> HeadCuts::take(pcapng::Party from, std::string_view bytes, std::string_view shown) {
  std::vector<Cut> cuts;
  bool joins = false;  // to the head in front of it
  for (const HeadFollower::Run& run : follower_.take(from, bytes)) {
    const std::string_view part = shown.substr(0, run.size);
    shown.remove_prefix(run.size);
    const bool content = run.kind == Kind::other;
    if (content && joins) {
      cuts.back().kept = cuts.back().bytes.size();
      cuts.back().bytes += part;
    } else {
      begun(from) += part;
      if (run.kind == Kind::part) continue;
      cuts.push_back({std::exchange(begun(from), {}), 0});
      if (!content) cuts.back().kept = cuts.back().bytes.size();
    }
    joins = run.kind == Kind::before;
    if (joins) --cuts.back().kept;
  }
  return cuts;
}

std::vector<HeadCuts::Cut> HeadCuts::giveUp(pcapng::Party from) {
  if (begun(from).empty()) return {};
  return {{std::exchange(begun(from), {}), 0}};
}

}  // namespace megaphone::capture
