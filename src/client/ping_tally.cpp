#include "ping_tally.h"

#include <algorithm>

namespace megaphone::client {

double PingFigures::lostShare() const {
  const std::uint64_t over = sent - std::min(sent, under_way);
  return over == 0 ? 0 : static_cast<double>(lost()) / static_cast<double>(over);
}

std::uint64_t PingTally::send(MonoTime now) {
  const std::uint64_t number = ++figures_.sent;
  seen_[number % kWindow] = false;
  if (waiting_.size() == kWindow) giveUpOldest();
  waiting_.push_back({number, now});
  ++waiting_count_;
  return number;
}

PingTally::Kind PingTally::answered(std::uint64_t number, MonoTime sent, MonoTime now) {
  if (!isKnown(number)) {
    ++figures_.strays;
    return Kind::stray;
  }
  if (isSeen(number)) {
    ++figures_.duplicates;
    return Kind::duplicate;
  }
  see(number);
  ++figures_.answered;
  figures_.round_trips.add(now - sent);
  const bool late = number < highest_;
  highest_ = std::max(highest_, number);
  if (late) ++figures_.reordered;
  return late ? Kind::reordered : Kind::first;
}

void PingTally::wrong(std::optional<std::uint64_t> number) {
  ++figures_.wrong;
  if (!number) {
    giveUpOldest();
  } else if (isKnown(*number) && !isSeen(*number)) {
    see(*number);
  }
}

void PingTally::failed() {
  ++figures_.errors;
  giveUpOldest();
}

std::optional<MonoTime> PingTally::due() {
  dropSeen();
  return waiting_.empty() ? std::nullopt : std::optional(waiting_.front().sent + patience_);
}

std::optional<std::uint64_t> PingTally::expire(MonoTime now) {
  const auto when = due();
  if (!when || now < *when) return std::nullopt;
  const std::uint64_t number = waiting_.front().number;
  giveUpOldest();
  return number;
}

void PingTally::finish(MonoTime now) {
  if (figures_.round_trips.count() == 0) return;
  for (const Waiting& each : waiting_) {
    if (!isSeen(each.number) && now - each.sent <= figures_.round_trips.most()) ++figures_.under_way;
  }
}

bool PingTally::isKnown(std::uint64_t number) const {
  return number >= 1 && number <= figures_.sent && number + kWindow > figures_.sent;
}

void PingTally::see(std::uint64_t number) {
  seen_[number % kWindow] = true;
  if (!waiting_.empty() && number >= waiting_.front().number) --waiting_count_;
  dropSeen();
}

void PingTally::dropSeen() {
  while (!waiting_.empty() && isSeen(waiting_.front().number)) waiting_.pop_front();
}

void PingTally::giveUpOldest() {
  dropSeen();
  if (waiting_.empty()) return;
  waiting_.pop_front();
  --waiting_count_;
}

}  // namespace megaphone::client
