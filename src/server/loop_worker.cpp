#include "megaphone/server/loop_worker.h"

#include <algorithm>
#include <utility>

#include "megaphone/base/thread.h"
#include "megaphone/log/log.h"
#include "megaphone/uv/mailbox.h"
#include "session.h"

namespace megaphone::server {
namespace {

constexpr std::size_t kCutsTold = 50;  // the access log has all of them

// The access log has the target of the same id; here it might give a secret away.
std::string brief(const record::ExchangeRecord& record) {
  std::string out = "id=" + record::idText(record.id) + " kind=" + std::string(record::word(record.kind)) +
                    " listener=" + record.listener + " client=" + record.client.text();
  if (record.origin) out += " origin=" + record.origin->text();
  return out + " client_in=" + std::to_string(record.client_in) + " client_out=" + std::to_string(record.client_out);
}

}  // namespace

// Order of members is order of life: sessions and services die before the context, the context before the loop.
struct LoopWorker::Inside {
  Inside(unsigned i, record::ExchangeId idBefore, const config::DaemonSettings& limits, connect::ConnectPool& pool,
         observe::RecordRing& records, capture::Lane& lane, IdleTally& tally, LoopReports& r)
      : reports(r),
        context(loop, limits, pool, records, idBefore, marksFor(descriptorLimit()), lane, tally, i),
        tasks(loop, [](Task&& task) { task(); }),
        lookAgain(loop, [this] {
          goOnEnding();
          judgeSessions();  // who has come by a listener that is gone gets one answer
        }) {
    context.shedding.askOthersBy([this](auto listener) { reports.onShort(std::move(listener)); });
    context.idleOrigins.askOthersBy([this](const Waiting& waiting) { reports.onWaiting(waiting); });
  }

  using Task = std::function<void()>;

  void change(Change&& change);
  void capture(capture::WantedPtr wanted);
  void drain(Task whenDrained);
  void stop();
  void serveAsConfigured();
  void judgeSessions();
  void goOnEnding();
  void cutSessions();

  LoopReports& reports;
  uv::Loop loop;
  LoopContext context;
  uv::Mailbox<Task> tasks;
  uv::Timer lookAgain;
  std::vector<std::unique_ptr<Service>> services;
  std::vector<std::unique_ptr<Service>> leaving;  // they have not taken all that had arrived
  Task onDrained;
  std::thread thread;
};

void LoopWorker::Inside::change(Change&& change) {
  context.listeners = std::move(change.listeners);
  ++context.generation;
  if (!context.draining) {
    for (Opened& opened : change.opened) {
      const auto state = context.listeners->inside().find<ListenerState>(opened.socket);
      services.push_back(state->serve(context, opened.socket, std::move(opened.fd)));
    }
    serveAsConfigured();
  }
  const Listeners::Inside& listeners = context.listeners->inside();
  context.change(listeners.settings->daemon);
  context.idleOrigins.judgeAgain([&](const Endpoint& origin) { return listeners.mayReach(origin); });
  judgeSessions();
}

void LoopWorker::Inside::capture(capture::WantedPtr wanted) {
  context.capturing.change(std::move(wanted));
  context.sessions.forEach([](Session& session) { session.captureChanged(); });
  for (const auto& service : services) service->captureChanged();
  if (context.capturing.off()) context.idleOrigins.forgetWitnesses();
}

void LoopWorker::Inside::judgeSessions() {
  context.sessions.forEach([](Session& session) { session.judgeAgain(); });
}

void LoopWorker::Inside::serveAsConfigured() {
  std::erase_if(services, [this](auto& service) {
    if (service->serveAsConfigured()) return false;
    leaving.push_back(std::move(service));
    return true;
  });
  goOnEnding();
}

// Idle connections go first, and leave their descriptors to those who have arrived and were not accepted yet.
void LoopWorker::Inside::drain(Task whenDrained) {
  if (context.draining) return;
  context.draining = true;
  onDrained = std::move(whenDrained);
  context.idleOrigins.closeAll();
  context.sessions.forEach([](Session& session) { session.drain(); });
  for (auto& service : services) leaving.push_back(std::move(service));
  services.clear();
  goOnEnding();
}

// Sessions end one by one, seldom, and only while the daemon is stopping: looking is simpler than being told.
void LoopWorker::Inside::goOnEnding() {
  std::erase_if(leaving, [](auto& service) { return service->finish(); });
  const bool drained = context.draining && leaving.empty() && context.sessions.empty();
  if (drained)
    onDrained();
  else if (context.draining || !leaving.empty())
    lookAgain.start(std::chrono::milliseconds(50));
}

void LoopWorker::Inside::cutSessions() {
  std::size_t cuts = 0;
  while (Session* session = context.sessions.front()) {
    const auto record = session->underWay();
    if (record && ++cuts <= kCutsTold) log::info("cut " + brief(*record));
    session->cut(Reason::daemon_stopping);
  }
  if (cuts > kCutsTold) log::info("cut " + std::to_string(cuts - kCutsTold) + " more of the same event loop");
}

void LoopWorker::Inside::stop() {
  services.clear();
  leaving.clear();
  cutSessions();
  context.idleOrigins.closeAll();
  loop.stop();
}

LoopWorker::LoopWorker(unsigned index, record::ExchangeId idBefore, const config::DaemonSettings& limits,
                       connect::ConnectPool& pool, observe::RecordRing& records, capture::Lane& lane, IdleTally& tally,
                       LoopReports& reports)
    : inside_(std::make_unique<Inside>(index, idBefore, limits, pool, records, lane, tally, reports)) {}

LoopWorker::~LoopWorker() = default;

Result<void> LoopWorker::start() {
  auto started =
      startThread("loop-" + std::to_string(inside_->context.index), [inside = inside_.get()] { inside->loop.run(); });
  if (!started) return std::move(started.error());
  inside_->thread = std::move(*started);
  return {};
}

// Shared, for a function can be copied and a descriptor cannot; undelivered, it closes them.
void LoopWorker::change(Change change, std::function<void()> onChanged) {
  auto shared = std::make_shared<Change>(std::move(change));
  inside_->tasks.post([inside = inside_.get(), shared = std::move(shared), onChanged = std::move(onChanged)] {
    inside->change(std::move(*shared));
    onChanged();
  });
}

void LoopWorker::capture(capture::WantedPtr wanted, std::function<void()> onCapturing) {
  inside_->tasks.post([inside = inside_.get(), wanted = std::move(wanted), onCapturing = std::move(onCapturing)] {
    inside->capture(wanted);
    onCapturing();
  });
}

void LoopWorker::drain(std::function<void()> onDrained) {
  inside_->tasks.post([inside = inside_.get(), onDrained = std::move(onDrained)] { inside->drain(onDrained); });
}

void LoopWorker::run(std::function<void(LoopContext& loop)> task) {
  inside_->tasks.post([&context = inside_->context, task = std::move(task)] { task(context); });
}

void LoopWorker::giveWay(std::shared_ptr<const Admissions> listener) {
  run([listener = std::move(listener)](LoopContext& loop) { loop.shedding.giveWay(listener.get()); });
}

void LoopWorker::giveWayTo(Waiting waiting) {
  run([waiting = std::move(waiting)](LoopContext& loop) { loop.idleOrigins.giveWayTo(waiting); });
}

void LoopWorker::stop() {
  inside_->tasks.post([inside = inside_.get()] { inside->stop(); });
}

void LoopWorker::join() {
  if (inside_->thread.joinable()) inside_->thread.join();
}

}  // namespace megaphone::server
