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

// Lines of a busy daemon are gathered this long; and a record of one ring waits so long, that an older one which
// another loop is just pushing still comes in front of it.
constexpr std::chrono::milliseconds kNap{50};
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
  // A ring, and what was taken out of it and not written yet.
  struct Source {
    std::unique_ptr<RecordRing> ring;
    record::ExchangeRecord next;
    bool hasNext = false;
    bool look() { return hasNext || (hasNext = ring->inside().pop(next)); }
  };

  Inside(Outlets&& opened, AccessLogSink& told) : sink(told), paths(opened.paths()), outlets(std::move(opened)) {}

  void makeRings(unsigned count, std::size_t bytes);
  void swallow(bool swallows);
  void run();
  bool drain();
  bool write(WallTime until);
  Source* oldest(WallTime until);
  void order();
  void takeOrders();
  void rest(bool busy);
  void end();
  void endThread();
  std::uint64_t untold() const;
  void tellOfDropped(bool anyTime);
  template <class Test>
  bool anyRing(Test&& test) const {
    return std::any_of(sources.begin(), sources.end(),
                       [&](const Source& source) { return test(source.ring->inside()); });
  }

  Mouth sink;
  Wake wake;
  std::vector<Source> sources;
  std::atomic<bool> stopping{false};
  std::atomic<bool> ordered{false};  // there is one of the two:
  std::atomic<bool> reopen_wanted{false};
  std::mutex mutex;
  std::shared_ptr<Outlets> wanted;  // under the mutex; null: those in use
  WallTime wanted_since{};          // under the mutex

  // Of the thread that opened the log: what the writer has open, or will have.
  std::vector<std::string> paths;

  // Of the writer: the files, and what it has told.
  Outlets outlets;
  std::uint64_t told_dropped = 0;
  MonoTime next_tell{};

  std::thread thread;
  std::condition_variable ended;
  bool hasEnded = false;  // under the mutex
};

void AccessLog::Inside::makeRings(unsigned count, std::size_t bytes) {
  for (unsigned i = 0; i < count; ++i) {
    sources.emplace_back().ring = std::make_unique<RecordRing>(bytes);
    sources.back().ring->inside().wake = &wake;
  }
  swallow(paths.empty());
}

void AccessLog::Inside::swallow(bool swallows) {
  for (const Source& source : sources) source.ring->inside().swallows.store(swallows, std::memory_order_relaxed);
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
  takeOrders();
  write(WallTime::max());
  outlets.flush(sink);
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
  WallTime since;
  const auto next = [&] {
    const std::lock_guard lock(mutex);
    since = wanted_since;
    return std::exchange(wanted, nullptr);
  }();
  if (!next) return;
  write(since);
  outlets.flush(sink);
  next->takeOver(outlets);
  outlets = std::move(*next);
}

// Writes what is due. Whether anything was, or is still to be.
bool AccessLog::Inside::drain() {
  const bool full = anyRing([](auto& ring) { return ring.isHalfFull(); });
  const bool alone = sources.size() == 1;
  const WallTime until = wallNow() - (alone || full ? Duration::zero() : kNap);
  takeOrders();
  const bool any = write(until);
  outlets.flush(sink);
  tellOfDropped(false);
  return any || std::any_of(sources.begin(), sources.end(), [](Source& source) { return source.look(); });
}

// Each ring is in the order of time; so is what is written of all of them. Whether there was anything.
bool AccessLog::Inside::write(WallTime until) {
  bool any = false;
  while (Source* source = oldest(until)) {
    outlets.add(source->next, sink);
    source->hasNext = false;
    any = true;
  }
  return any;
}

// Null: there is nothing that ended by then.
AccessLog::Inside::Source* AccessLog::Inside::oldest(WallTime until) {
  Source* found = nullptr;
  for (Source& source : sources) {
    if (source.look() && (!found || source.next.ended() < found->next.ended())) found = &source;
  }
  if (!found) return nullptr;
  const WallTime at = found->next.ended();
  return at <= until || at > wallNow() ? found : nullptr;  // a clock that was set back holds up nothing
}

std::uint64_t AccessLog::Inside::untold() const {
  std::uint64_t dropped = 0;
  for (const Source& source : sources) dropped += source.ring->dropped();
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
    if (inside_->wanted)
      plan->takeOver(*inside_->wanted);
    else
      inside_->wanted_since = wallNow();
    inside_->wanted = std::move(plan);
  }
  inside_->order();
}

RecordRing& AccessLog::ring(unsigned index) { return *inside_->sources[index].ring; }

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
