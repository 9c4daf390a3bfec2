#include "megaphone/observe/access_log.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "megaphone/base/thread.h"
#include "outlets.h"
#include "record_ring_inside.h"

namespace megaphone::observe {
namespace {

constexpr std::chrono::milliseconds kNap{100};                // lines of a busy daemon are gathered this long
constexpr Duration kTellInterval = std::chrono::seconds(10);  // of records that were dropped
constexpr std::chrono::seconds kToEnd{5};                     // for the writer, with all that is in the rings

// Stands before the daemon's sink: a writer that was left behind has nobody to tell.
class Mouth final : public AccessLogSink {
 public:
  explicit Mouth(AccessLogSink& sink) : sink_(&sink) {}
  void close() {
    const std::lock_guard lock(mutex_);
    sink_ = nullptr;
  }
  void onAccessLogTrouble(const Error& error) override {
    tell([&](AccessLogSink& sink) { sink.onAccessLogTrouble(error); });
  }
  void onAccessLogRecovered(const std::string& file, std::uint64_t lost) override {
    tell([&](AccessLogSink& sink) { sink.onAccessLogRecovered(file, lost); });
  }
  void onAccessLogLost(const std::string& file, std::uint64_t lost) override {
    tell([&](AccessLogSink& sink) { sink.onAccessLogLost(file, lost); });
  }
  void onAccessLogOverrun(std::uint64_t dropped) override {
    tell([&](AccessLogSink& sink) { sink.onAccessLogOverrun(dropped); });
  }

 private:
  template <class Call>
  void tell(Call&& call) {
    const std::lock_guard lock(mutex_);
    if (sink_) call(*sink_);
  }
  std::mutex mutex_;
  AccessLogSink* sink_;
};

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
  void rest(bool busy);
  void end();
  void endThread();
  std::uint64_t untold() const;
  void tellOfDropped(bool anyTime);
  template <class Test>
  bool anyRing(Test&& test) const {
    return std::any_of(rings.begin(), rings.end(), [&](const auto& ring) { return test(ring->inside()); });
  }

  Mouth sink;
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
  std::condition_variable ended;
  bool hasEnded = false;  // under the mutex
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
  while (!stopping.load(std::memory_order_acquire)) rest(drain());
  end();
}

void AccessLog::Inside::rest(bool busy) {
  const auto anything = [this] { return anyRing([](auto& ring) { return !ring.empty(); }); };
  if (busy)
    wake.nap(kNap, [this] { return anyRing([](auto& ring) { return ring.isHalfFull(); }); });
  else if (untold() > 0)
    wake.nap(std::chrono::ceil<std::chrono::milliseconds>(std::max(next_tell - monoNow(), Duration())), anything);
  else
    wake.sleep(anything);
}

void AccessLog::Inside::end() {
  drain();
  tellOfDropped(true);
  outlets.end(sink);
  {
    const std::lock_guard lock(mutex);
    hasEnded = true;
  }
  ended.notify_one();
}

void AccessLog::Inside::endThread() {
  stopping.store(true, std::memory_order_release);
  wake.ring();
  std::unique_lock lock(mutex);
  const bool inTime = ended.wait_for(lock, kToEnd, [this] { return hasEnded; });
  lock.unlock();
  if (inTime) return thread.join();
  sink.onAccessLogTrouble(systemError(EAGAIN, "write the last lines within " + std::to_string(kToEnd.count()) + " s"));
  sink.close();
  thread.detach();
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

std::uint64_t AccessLog::Inside::untold() const {
  std::uint64_t dropped = 0;
  for (const auto& ring : rings) dropped += ring->dropped();
  return dropped - told_dropped;
}

void AccessLog::Inside::tellOfDropped(bool anyTime) {
  const std::uint64_t dropped = untold();
  if (dropped == 0 || (!anyTime && monoNow() < next_tell)) return;
  sink.onAccessLogOverrun(dropped);
  told_dropped += dropped;
  next_tell = monoNow() + kTellInterval;
}

Result<std::unique_ptr<AccessLog>> AccessLog::open(const config::Settings& settings, unsigned rings,
                                                   AccessLogSink& sink) {
  auto outlets = Outlets::open(settings, {});
  if (!outlets) return std::move(outlets.error());
  auto inside = std::make_shared<Inside>(std::move(*outlets), sink);
  if (auto opened = inside->wake.open(); !opened) return std::move(opened.error());
  inside->makeRings(rings, settings.access_log.ring);
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(inside)));
}

AccessLog::AccessLog(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}

AccessLog::~AccessLog() {
  if (inside_->thread.joinable())
    inside_->endThread();
  else
    inside_->end();
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

Result<void> AccessLog::start() {
  auto started = startThread("log writer", [inside = inside_] { inside->run(); });
  if (!started) return std::move(started.error());
  inside_->thread = std::move(*started);
  return {};
}

void AccessLog::reopen() {
  inside_->reopen_wanted.store(true);
  inside_->order();
}

}  // namespace megaphone::observe
