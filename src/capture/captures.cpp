#include "megaphone/capture/captures.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <random>

#include "lane_inside.h"
#include "megaphone/base/thread.h"
#include "output.h"

namespace megaphone::capture {
namespace {

constexpr std::chrono::milliseconds kNap{20};  // how old an event may become before it is looked at
constexpr unsigned kEventsPerTurn = 1'024;     // before files, readers and captures to be stopped are served
constexpr std::size_t kBytesPerTurn = std::size_t{2} << 20;

std::uint64_t randomSeed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

// The events of all lanes in the order of their times.
class Merge {
 public:
  explicit Merge(const std::vector<std::unique_ptr<Lane>>& lanes) : lanes_(lanes) {}

  // Returns the next event, valid until the next call; null: there is none.
  const Event* next() {
    next_.resize(lanes_.size());
    forgetTaken();
    // An event that one thread pushes because of another thread's event has a later time and becomes visible later: so
    // empty lanes are read again until no lane has anything new.
    for (bool more = true; more;) {
      more = false;
      for (std::size_t i = 0; i < lanes_.size(); ++i) more |= fetch(i);
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (next_[i] && (!taken_ || next_[i]->event.time < next_[*taken_]->event.time)) taken_ = i;
    }
    return taken_ ? &next_[*taken_]->event : nullptr;
  }

  // Returns the end of each lane's contents now.
  std::vector<std::uint64_t> marks() const {
    std::vector<std::uint64_t> marks;
    for (const auto& lane : lanes_) marks.push_back(lane->inside().arrived());
    return marks;
  }
  // Returns whether next() has returned everything before these marks, and its caller has processed it.
  bool isBehind(const std::vector<std::uint64_t>& marks) {
    forgetTaken();
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const std::uint64_t end = lanes_[i]->inside().popped();
      if (end < marks[i] || (i < next_.size() && next_[i] && end == marks[i])) return false;
    }
    return true;
  }

 private:
  void forgetTaken() {
    if (taken_) next_[*taken_].reset();
    taken_.reset();
  }
  bool fetch(std::size_t i) {
    if (next_[i]) return false;
    StoredEvent stored;
    if (!lanes_[i]->inside().pop(stored)) return false;
    next_[i] = std::move(stored);
    return true;
  }

  const std::vector<std::unique_ptr<Lane>>& lanes_;
  std::vector<std::optional<StoredEvent>> next_;
  std::optional<std::size_t> taken_;
};

}  // namespace

struct Captures::Inside {
  explicit Inside(CapturesSink& s) : sink(s) {}

  // The main thread's state of a capture, with the figures that the writer counts.
  struct Entry {
    Running running;
    std::shared_ptr<Output> output;
  };

  // A stopped capture ends when everything pushed before is written, unless that takes too long.
  struct ToStop {
    Id id;
    std::vector<std::uint64_t> marks;
    MonoTime since;
  };

  void run();
  void adopt();
  bool drain();
  void endStopped(MonoTime now);
  void turn();
  void endAll();

  CapturesSink& sink;
  std::vector<std::unique_ptr<Lane>> lanes;
  Wake wake;

  // The main thread.
  std::vector<Entry> entries;
  Id lastId = 0;
  std::uint64_t lost = 0;  // by captures that were forgotten
  std::thread thread;

  std::mutex mutex;
  std::vector<std::shared_ptr<Output>> started;  // guarded by it, and so is the next one
  std::vector<Id> released;
  std::vector<Id> stopped;
  std::atomic<bool> stopping{false};

  // The capture writer's thread.
  Merge merge{lanes};
  std::vector<std::shared_ptr<Output>> outputs;
  std::vector<ToStop> toStop;
};

void Captures::Inside::run() {
  const auto anyLane = [this](auto&& test) {
    return std::any_of(lanes.begin(), lanes.end(), [&](const auto& lane) { return test(lane->inside()); });
  };
  while (!stopping.load(std::memory_order_acquire)) {
    adopt();
    const bool more = drain();
    endStopped(monoNow());
    turn();
    if (more) continue;
    if (outputs.empty())
      wake.sleep([&] { return anyLane([](auto& ring) { return !ring.empty(); }); });
    else
      wake.nap(kNap, [&] { return anyLane([](auto& ring) { return ring.isHalfFull(); }); });
  }
  endAll();
}

void Captures::Inside::endAll() {
  adopt();
  while (drain()) {
  }
  for (const auto& output : outputs) output->end(Ended::stopped);
  for (turn(); !outputs.empty(); turn()) wake.nap(kNap, [] { return false; });
}

void Captures::Inside::adopt() {
  const std::lock_guard lock(mutex);
  std::move(started.begin(), started.end(), std::back_inserter(outputs));
  started.clear();
  for (const auto& output : outputs) {
    if (std::find(released.begin(), released.end(), output->id()) != released.end()) output->release(monoNow());
  }
  released.clear();
  for (const Id id : stopped) toStop.push_back({id, merge.marks(), monoNow()});
  stopped.clear();
}

// Returns whether there may be more.
bool Captures::Inside::drain() {
  std::size_t bytes = 0;
  for (unsigned count = 0; count < kEventsPerTurn && bytes < kBytesPerTurn; ++count) {
    const Event* event = merge.next();
    if (!event) return false;
    bytes += event->bytes.size();
    for (const auto& output : outputs) output->take(*event);
  }
  return true;
}

void Captures::Inside::endStopped(MonoTime now) {
  std::erase_if(toStop, [&](const ToStop& stop) {
    if (!merge.isBehind(stop.marks) && now - stop.since < Output::kGrace) return false;
    for (const auto& output : outputs) {
      if (output->id() == stop.id) output->end(Ended::stopped);
    }
    return true;
  });
}

// Has every output write, and reports those that have ended.
void Captures::Inside::turn() {
  const MonoTime now = monoNow();
  for (const auto& output : outputs) {
    output->turn(now);
    if (const auto why = output->beginsToLose(now)) sink.onCaptureLoses(output->id(), *why);
  }
  std::erase_if(outputs, [this, now](const std::shared_ptr<Output>& output) {
    if (!output->done(now)) return false;
    output->close();
    sink.onCaptureEnded(output->id(), *output->ended(), output->figures());
    return true;
  });
}

Captures::Captures(std::size_t lanes, CapturesSink& sink) : inside_(std::make_unique<Inside>(sink)) {
  for (std::size_t i = 0; i < lanes; ++i) {
    inside_->lanes.push_back(std::make_unique<Lane>(i));
    inside_->lanes.back()->inside().wake = &inside_->wake;
  }
}

Captures::~Captures() {
  if (!inside_->thread.joinable()) return;
  inside_->stopping.store(true, std::memory_order_release);
  inside_->wake.ring();
  inside_->thread.join();
}

Lane& Captures::lane(std::size_t index) { return *inside_->lanes[index]; }

Result<Id> Captures::start(Request request) {
  Inside& inside = *inside_;
  if (!inside.thread.joinable()) {
    if (auto opened = inside.wake.open(); !opened) return std::move(opened.error());
    auto started = startThread("capture writer", [&inside] { inside.run(); });
    if (!started) return std::move(started.error());
    inside.thread = std::move(*started);
  }
  const Id id = ++inside.lastId;
  const MonoTime now = monoNow();
  Running running{id, request.scope, request.path, now, request.with_secrets, request.headers_only, {}};
  auto output = Output::open(id, std::move(request), randomSeed(), now);
  if (!output) return std::move(output.error());
  inside.entries.push_back({std::move(running), std::move(*output)});
  {
    const std::lock_guard lock(inside.mutex);
    inside.started.push_back(inside.entries.back().output);
  }
  inside.wake.ring();
  return id;
}

void Captures::release(Id id) {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->released.push_back(id);
  }
  inside_->wake.ring();
}

void Captures::stop(Id id) {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->stopped.push_back(id);
  }
  inside_->wake.ring();
}

void Captures::forget(Id id) {
  std::erase_if(inside_->entries, [&](const Inside::Entry& entry) {
    if (entry.running.id != id) return false;
    inside_->lost += entry.output->figures().lost;
    return true;
  });
}

WantedPtr Captures::wanted() const {
  if (inside_->entries.empty()) return nullptr;
  auto wanted = std::make_shared<Wanted>();
  for (const Inside::Entry& entry : inside_->entries) wanted->push_back(entry.running.scope);
  return wanted;
}

std::vector<Running> Captures::running() const {
  std::vector<Running> all;
  for (const Inside::Entry& entry : inside_->entries) {
    all.push_back(entry.running);
    all.back().figures = entry.output->figures();
  }
  return all;
}

std::uint64_t Captures::lost() const {
  std::uint64_t all = inside_->lost;
  for (const Inside::Entry& entry : inside_->entries) all += entry.output->figures().lost;
  return all;
}

}  // namespace megaphone::capture
