#include "deadlines.h"

#include <algorithm>

namespace megaphone::server {

Deadlines::Deadlines(uv::Loop& loop) : loop_(loop), timer_(loop, [this] { turn(); }) {
  doneTick_ = tickOf(loop.now()) - 1;
}

void Deadlines::set(Node& node, MonoTime at) {
  node.at_ = at;
  if (node.linked() && node.slotTick_ <= tickOf(at)) return;  // looked at in time anyway
  insert(node, loop_.now());
}

void Deadlines::insert(Node& node, MonoTime now) {
  const std::int64_t nowTick = tickOf(now) - 1;
  if (timerTick_ == 0) doneTick_ = std::max(doneTick_, nowTick);  // an empty wheel has nothing to catch up with
  const std::int64_t last = doneTick_ + static_cast<std::int64_t>(kSlots) - 1;
  node.slotTick_ = std::clamp(tickOf(node.at_), doneTick_ + 1, last);
  const auto slot = static_cast<std::size_t>(node.slotTick_) % kSlots;
  slots_[slot].pushBack(node);
  occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  if (timerTick_ == 0 || node.slotTick_ < timerTick_) {
    timerTick_ = node.slotTick_;
    startTimer(now);
  }
}

void Deadlines::startTimer(MonoTime now) { timer_.start(MonoTime(timerTick_ * kTick) - now); }

void Deadlines::turn() {
  const MonoTime now = monoNow();
  const std::int64_t nowTick = tickOf(now) - 1;
  IntrusiveList<Node> due;
  for (; doneTick_ < nowTick; ++doneTick_) {
    const auto slot = static_cast<std::size_t>(doneTick_ + 1) % kSlots;
    due.takeAll(slots_[slot]);
    occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  }
  while (Node* node = due.front()) {
    node->unlink();
    if (node->at_ > now)
      insert(*node, now);
    else
      node->onDeadline(now);
  }
  // The next slot that is occupied; a node that has left it since makes one idle turn.
  timerTick_ = 0;
  for (std::int64_t tick = doneTick_ + 1; tick < doneTick_ + static_cast<std::int64_t>(kSlots); ++tick) {
    const auto slot = static_cast<std::size_t>(tick) % kSlots;
    if (occupied_[slot / 64] == 0) {
      tick += static_cast<std::int64_t>(63 - slot % 64);
      continue;
    }
    if (occupied_[slot / 64] >> (slot % 64) & 1) {
      timerTick_ = tick;
      return startTimer(now);
    }
  }
}

}  // namespace megaphone::server
