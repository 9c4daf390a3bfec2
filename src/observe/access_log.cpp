#include "megaphone/observe/access_log.h"

#include <pthread.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "megaphone/base/signals_blocked.h"
#include "outlets.h"
#include "record_ring_inside.h"

namespace megaphone::observe {
namespace {

constexpr std::chrono::milliseconds kNap{100};                // lines of a busy daemon are gathered this long
constexpr Duration kTellInterval = std::chrono::seconds(10);  // of records that were dropped

}  // namespace

struct AccessLog::Inside {
  Inside(Outlets&& opened, AccessLogSink& told) : sink(told), paths(opened.paths()), outlets(std::move(opened)) {}

  void makeRings(unsigned count, std::size_t bytes);
  void swallow(bool swallows);
  void run();
  bool drain();
  bool drain(RecordRing::Inside& ring);
  void order();
  void takeOrders();
  void tellOfDropped(bool anyTime);
  template <class Test>
  bool anyRing(Test&& test) const {
    return std::any_of(rings.begin(), rings.end(), [&](const auto& ring) { return test(ring->inside()); });
  }

  AccessLogSink& sink;
  Wake wake;
  std::vector<std::unique_ptr<RecordRing>> rings;
  std::atomic<bool> stopping{false};
  std::atomic<bool> ordered{false};  // there is one of the two:
  std::atomic<bool> reopen_wanted{false};
  std::mutex mutex;
  std::shared_ptr<Outlets> wanted;  // under the mutex; null: those in use

  // Of the thread that opened the log: what the writer has open, or will have.
  std::vector<std::string> paths;

  // Of the writer: memory that is kept from record to record, and what it has told.
  Outlets outlets;
  record::ExchangeRecord record;
  std::uint64_t told_dropped = 0;
  MonoTime next_tell{};

  std::thread thread;
};

void AccessLog::Inside::makeRings(unsigned count, std::size_t bytes) {
  for (unsigned i = 0; i < count; ++i) {
    rings.push_back(std::make_unique<RecordRing>(bytes));
    rings.back()->inside().wake = &wake;
  }
  swallow(paths.empty());
}

void AccessLog::Inside::swallow(bool swallows) {
  for (const auto& ring : rings) ring->inside().swallows.store(swallows, std::memory_order_relaxed);
}

void AccessLog::Inside::run() {
  pthread_setname_np(pthread_self(), "log writer");
  while (!stopping.load(std::memory_order_acquire)) {
    if (drain())
      wake.nap(kNap, [this] { return anyRing([](auto& ring) { return ring.isHalfFull(); }); });
    else
      wake.sleep([this] { return anyRing([](auto& ring) { return !ring.empty(); }); });
  }
}

void AccessLog::Inside::order() {
  ordered.store(true);
  wake.ring();
}

void AccessLog::Inside::takeOrders() {
  if (!ordered.exchange(false)) return;
  if (reopen_wanted.exchange(false)) outlets.reopen(sink);
  const auto next = [this] {
    const std::lock_guard lock(mutex);
    return std::exchange(wanted, nullptr);
  }();
  if (!next) return;
  outlets.flush(sink);
  next->takeOver(outlets);
  outlets = std::move(*next);
}

// Writes what the rings hold, ring by ring in turns. Whether there was anything.
bool AccessLog::Inside::drain() {
  bool any = false;
  for (bool more = true; more;) {
    more = false;
    for (const auto& ring : rings) more |= drain(ring->inside());
    any |= more;
  }
  outlets.flush(sink);
  tellOfDropped(false);
  return any;
}

// Orders come first: what loops record under other settings, they record after those were given.
bool AccessLog::Inside::drain(RecordRing::Inside& ring) {
  const std::uint64_t mark = ring.arrived();
  takeOrders();
  if (ring.popped() == mark) return false;
  while (ring.popped() != mark && ring.pop(record)) outlets.add(record, sink);
  return true;
}

void AccessLog::Inside::tellOfDropped(bool anyTime) {
  std::uint64_t dropped = 0;
  for (const auto& ring : rings) dropped += ring->dropped();
  if (dropped == told_dropped || (!anyTime && monoNow() < next_tell)) return;
  sink.onAccessLogOverrun(dropped - std::exchange(told_dropped, dropped));
  next_tell = monoNow() + kTellInterval;
}

Result<std::unique_ptr<AccessLog>> AccessLog::open(const config::Settings& settings, unsigned rings,
                                                   AccessLogSink& sink) {
  auto outlets = Outlets::open(settings, {});
  if (!outlets) return std::move(outlets.error());
  auto inside = std::make_unique<Inside>(std::move(*outlets), sink);
  if (auto opened = inside->wake.open(); !opened) return std::move(opened.error());
  inside->makeRings(rings, settings.access_log.ring);
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(inside)));
}

AccessLog::AccessLog(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

AccessLog::~AccessLog() {
  if (inside_->thread.joinable()) {
    inside_->stopping.store(true, std::memory_order_release);
    inside_->wake.ring();
    inside_->thread.join();
  }
  inside_->drain();
  inside_->tellOfDropped(true);
}

Result<std::shared_ptr<Outlets>> AccessLog::plan(const config::Settings& settings) const {
  auto outlets = Outlets::open(settings, inside_->paths);
  if (!outlets) return std::move(outlets.error());
  return std::make_shared<Outlets>(std::move(*outlets));
}

void AccessLog::take(std::shared_ptr<Outlets> plan) {
  inside_->paths = plan->paths();
  inside_->swallow(inside_->paths.empty());
  {
    const std::lock_guard lock(inside_->mutex);
    // One that the writer has not seen yet may hold files that the new one counts on.
    if (inside_->wanted) plan->takeOver(*inside_->wanted);
    inside_->wanted = std::move(plan);
  }
  inside_->order();
}

RecordRing& AccessLog::ring(unsigned index) { return *inside_->rings[index]; }

void AccessLog::start() {
  const SignalsBlocked blocked;
  try {
    inside_->thread = std::thread([inside = inside_.get()] { inside->run(); });
  } catch (const std::system_error& error) {
    inside_->sink.onAccessLogTrouble(systemError(error.code().value(), "start the log writer"));
  }
}

void AccessLog::reopen() {
  inside_->reopen_wanted.store(true);
  inside_->order();
}

}  // namespace megaphone::observe
