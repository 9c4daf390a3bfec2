#include "writer.h"

#include <utility>

#include "megaphone/base/thread.h"

namespace megaphone::log {
namespace {

constexpr std::chrono::seconds kToProgress{1};  // of a flush, from line to line
constexpr std::chrono::seconds kToFlush{5};     // for all of them

}  // namespace

Result<void> Writer::start() {
  const std::lock_guard lock(mutex_);
  if (runs_) return {};
  auto started = startThread("daemon log", [this] { run(); });
  if (!started) return std::move(started.error());
  started->detach();
  runs_ = true;
  return {};
}

void Writer::write(std::string line) {
  const std::lock_guard lock(mutex_);
  if (!runs_) {
    target_.write(line, monoNow(), [] { return true; });
    return;
  }
  if (waitingBytes_ + line.size() > kMostBytes) {
    ++dropped_;
    return;
  }
  const std::size_t size = line.size();
  add(std::move(line), size);
}

void Writer::turnTo(Target target) {
  const std::lock_guard lock(mutex_);
  if (!runs_) {
    target_ = std::move(target);
    return;
  }
  ++targetsWaiting_;
  add(std::move(target), 0);
}

void Writer::add(Entry entry, std::size_t bytes) {
  waiting_.push_back(std::move(entry));
  waitingBytes_ += bytes;
  added_.notify_one();
}

void Writer::flush() {
  const MonoTime deadline = monoNow() + kToFlush;
  std::unique_lock lock(mutex_);
  while (runs_ && (busy_ || !waiting_.empty()) && monoNow() < deadline) {
    const std::uint64_t before = written_;
    const auto moved = [&] { return written_ != before; };
    if (!done_.wait_for(lock, kToProgress, moved)) return;
  }
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    added_.wait(lock, [this] { return !waiting_.empty(); });
    Entry entry = std::move(waiting_.front());
    waiting_.pop_front();
    if (const auto* line = std::get_if<std::string>(&entry)) waitingBytes_ -= line->size();
    busy_ = true;
    lock.unlock();
    carryOut(entry);
    tellOfDropped();
    lock.lock();
    busy_ = false;
    ++written_;
    done_.notify_all();
  }
}

void Writer::carryOut(Entry& entry) {
  if (auto* target = std::get_if<Target>(&entry)) {
    const std::lock_guard lock(mutex_);
    --targetsWaiting_;
    target_ = std::move(*target);
  } else {
    put(std::get<std::string>(entry), 1);
  }
}

// A line that does not get out because its place is given up is lost, like one that found no room.
void Writer::put(const std::string& line, std::uint64_t standsFor) {
  const auto enough = [this] {
    const std::lock_guard lock(mutex_);
    return targetsWaiting_ > 0;
  };
  if (target_.write(line, monoNow(), enough)) return;
  const std::lock_guard lock(mutex_);
  dropped_ += standsFor;
}

// While room is scarce, the line would take the place of others.
void Writer::tellOfDropped() {
  const std::uint64_t dropped = [this] {
    const std::lock_guard lock(mutex_);
    return waitingBytes_ <= kMostBytes / 2 && targetsWaiting_ == 0 ? std::exchange(dropped_, 0) : 0;
  }();
  if (dropped > 0) put(onDropped_(dropped), dropped);
}

}  // namespace megaphone::log
