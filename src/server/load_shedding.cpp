#include "load_shedding.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <vector>

#include "megaphone/base/unique_fd.h"
#include "megaphone/log/log.h"
#include "session.h"

namespace megaphone::server {
namespace {

constexpr std::size_t kAtOnce = 2;        // a client and its origin
constexpr std::size_t kShareAtOnce = 32;  // or this part of all sessions: looking at all of them costs
constexpr Duration kLookEvery = std::chrono::milliseconds(10);
constexpr Duration kAskEvery = std::chrono::milliseconds(10);

}  // namespace

bool LoadShedding::hasRoom() {
  const UniqueFd next(::eventfd(0, EFD_CLOEXEC));
  return next && next.get() < marks_.full;
}

bool LoadShedding::makeRoom() {
  if (!giveWay(nullptr)) {
    askOthers(nullptr);
    return false;
  }
  log::warningSometimes("room", "descriptors run short: idle connections are closed to make room");
  return true;
}

bool LoadShedding::makePlace(const Admissions& listener) {
  if (giveWay(&listener)) return true;
  askOthers(&listener);
  return false;
}

bool LoadShedding::giveWay(const Admissions* listener) {
  const MonoTime now = loop_.now();
  if (now < lookAgain_) return false;
  std::size_t count = 0;
  std::vector<std::pair<MonoTime, Session*>> idle;
  sessions_.forEach([&](Session& session) {
    ++count;
    const auto since = session.idleSince(listener, now);
    if (since) idle.emplace_back(*since, &session);
  });
  const std::size_t most = listener ? 1 : std::max(kAtOnce, count / kShareAtOnce);
  const auto end = idle.begin() + static_cast<std::ptrdiff_t>(std::min(most, idle.size()));
  std::partial_sort(idle.begin(), end, idle.end());
  std::size_t shed = 0;
  for (auto next = idle.begin(); shed < most; ++shed) {
    const auto origin = listener ? std::nullopt : origins_.oldest();
    if (origin && (next == end || *origin < next->first)) {
      origins_.closeOldest();
    } else if (next != end) {
      next++->second->drain();
    } else {
      break;
    }
  }
  if (shed == 0 && !listener) lookAgain_ = now + kLookEvery;
  return shed > 0;
}

void LoadShedding::askOthers(const Admissions* listener) {
  const MonoTime now = loop_.now();
  if (!ask_ || now < askAgain_) return;
  askAgain_ = now + kAskEvery;
  ask_(listener ? listener->shared_from_this() : nullptr);
}

}  // namespace megaphone::server
