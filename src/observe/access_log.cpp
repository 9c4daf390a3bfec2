#include "megaphone/observe/access_log.h"

#include <pthread.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "line_target.h"
#include "megaphone/base/signals_blocked.h"
#include "megaphone/observe/json_line.h"
#include "record_ring_inside.h"

namespace megaphone::observe {
namespace {

constexpr std::size_t kBatchBytes = 64 * 1024;  // of one write
constexpr unsigned kRecordsPerTurn = 256;       // of one ring, before the next one has its turn
constexpr std::chrono::milliseconds kNap{100};  // lines of a busy daemon are gathered this long

}  // namespace

struct AccessLog::Inside {
  Inside(const config::AccessLog& settings, AccessLogSink& told) : options{settings.query_strings}, sink(told) {}

  void makeRings(unsigned count, std::size_t bytes);
  void run();
  bool drain();
  bool drain(RecordRing::Inside& ring);
  void writeBatch(std::size_t size);
  void reopenIfWanted();
  template <class Test>
  bool anyRing(Test&& test) const {
    return std::any_of(rings.begin(), rings.end(), [&](const auto& ring) { return test(ring->inside()); });
  }

  const JsonLineOptions options;
  AccessLogSink& sink;
  Wake wake;
  std::vector<std::unique_ptr<RecordRing>> rings;
  std::optional<LineTarget> target;  // none: there is no log
  std::atomic<bool> stopping{false};
  std::atomic<bool> reopen_wanted{false};

  // Of the writer: memory that is kept from record to record.
  record::ExchangeRecord record;
  std::string batch;

  std::thread thread;
};

void AccessLog::Inside::makeRings(unsigned count, std::size_t bytes) {
  for (unsigned i = 0; i < count; ++i) {
    rings.push_back(std::make_unique<RecordRing>(target ? bytes : 0));
    rings.back()->inside().wake = target ? &wake : nullptr;
    rings.back()->inside().swallows = !target;
  }
}

void AccessLog::Inside::run() {
  pthread_setname_np(pthread_self(), "log writer");
  while (!stopping.load(std::memory_order_acquire)) {
    reopenIfWanted();
    if (drain())
      wake.nap(kNap, [this] { return anyRing([](auto& ring) { return ring.isHalfFull(); }); });
    else
      wake.sleep([this] { return anyRing([](auto& ring) { return !ring.empty(); }); });
  }
}

void AccessLog::Inside::reopenIfWanted() {
  if (reopen_wanted.exchange(false)) target->reopen(sink);
}

// Writes what the rings hold, ring by ring in turns. Whether there was anything.
bool AccessLog::Inside::drain() {
  bool any = false;
  for (bool more = true; more;) {
    more = false;
    for (const auto& ring : rings) more |= drain(ring->inside());
    any |= more;
    reopenIfWanted();
  }
  if (!batch.empty()) writeBatch(batch.size());
  return any;
}

bool AccessLog::Inside::drain(RecordRing::Inside& ring) {
  unsigned count = 0;
  for (; count < kRecordsPerTurn && ring.pop(record); ++count) {
    const std::size_t before = batch.size();
    appendJsonLine(batch, record, options);
    if (batch.size() > kBatchBytes && before > 0) writeBatch(before);
  }
  return count > 0;
}

void AccessLog::Inside::writeBatch(std::size_t size) {
  target->write(std::string_view(batch).substr(0, size), monoNow(), sink);
  batch.erase(0, size);
}

Result<std::unique_ptr<AccessLog>> AccessLog::open(const config::AccessLog& settings, unsigned rings,
                                                   AccessLogSink& sink) {
  auto inside = std::make_unique<Inside>(settings, sink);
  if (!settings.path.empty()) {
    auto target = LineTarget::open(settings.path);
    if (!target) return std::move(target.error());
    inside->target = std::move(*target);
    if (auto opened = inside->wake.open(); !opened) return std::move(opened.error());
    inside->batch.reserve(2 * kBatchBytes);
  }
  inside->makeRings(rings, settings.ring);
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(inside)));
}

AccessLog::AccessLog(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

AccessLog::~AccessLog() {
  if (!inside_->target) return;
  if (inside_->thread.joinable()) {
    inside_->stopping.store(true, std::memory_order_release);
    inside_->wake.ring();
    inside_->thread.join();
  }
  inside_->reopenIfWanted();
  inside_->drain();
}

bool AccessLog::enabled() const { return inside_->target.has_value(); }

RecordRing& AccessLog::ring(unsigned index) { return *inside_->rings[index]; }

void AccessLog::start() {
  if (!enabled()) return;
  const SignalsBlocked blocked;
  try {
    inside_->thread = std::thread([inside = inside_.get()] { inside->run(); });
  } catch (const std::system_error& error) {
    inside_->sink.onAccessLogTrouble(systemError(error.code().value(), "start the log writer"));
  }
}

void AccessLog::reopen() {
  if (!enabled()) return;
  inside_->reopen_wanted.store(true);
  inside_->wake.ring();
}

}  // namespace megaphone::observe
