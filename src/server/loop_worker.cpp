#include "megaphone/server/loop_worker.h"

#include <algorithm>
#include <variant>

#include "megaphone/base/thread.h"
#include "megaphone/log/log.h"
#include "megaphone/uv/mailbox.h"
#include "session.h"
#include "tcp_service.h"
#include "uppercase_udp_service.h"

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
      : index(i),
        reports(r),
        context(loop, limits, pool, records, idBefore, marksFor(descriptorLimit()), lane, tally, i),
        orders(loop, [this](Order&& order) { std::visit([this](auto& each) { carryOut(each); }, order); }),
        lookAgain(loop, [this] {
          goOnEnding();
          judgeSessions();  // who has come by a listener that is gone gets one answer
        }) {
    context.shedding.askOthersBy([this](auto listener) { reports.onShort(std::move(listener)); });
    context.idleOrigins.askOthersBy([this](const Waiting& waiting) { reports.onWaiting(waiting); });
  }

  struct Ask {};
  struct Drain {};
  struct GiveWay {
    std::shared_ptr<const Admissions> listener;
  };
  struct List {
    std::uint64_t question;
    std::size_t most;
  };
  struct Stop {};
  using Order = std::variant<Change, Ask, Drain, GiveWay, Waiting, List, capture::WantedPtr, Stop>;

  void carryOut(Change& change);
  void carryOut(Ask&) { reports.onPresent(index); }
  void carryOut(Drain&);
  void carryOut(GiveWay& order) { context.shedding.giveWay(order.listener.get()); }
  void carryOut(Waiting& waiting) { context.idleOrigins.giveWayTo(waiting); }
  void carryOut(capture::WantedPtr& wanted);
  void carryOut(List& order);
  void carryOut(Stop&);
  void open(Opened& opened);
  void serveAsConfigured();
  void judgeSessions();
  void goOnEnding();
  void cutSessions();

  const unsigned index;
  LoopReports& reports;
  uv::Loop loop;
  LoopContext context;
  uv::Mailbox<Order> orders;
  uv::Timer lookAgain;
  std::vector<std::unique_ptr<TcpService>> tcpServices;
  std::vector<std::unique_ptr<TcpService>> leaving;  // they have not taken all that had arrived
  std::vector<std::unique_ptr<UppercaseUdpService>> udpServices;
  std::thread thread;
};

void LoopWorker::Inside::carryOut(Change& change) {
  context.listeners = std::move(change.listeners);
  ++context.generation;
  if (!context.draining) {
    for (Opened& opened : change.opened) open(opened);
    serveAsConfigured();
  }
  const Listeners::Inside& listeners = context.listeners->inside();
  context.change(listeners.settings->daemon);
  context.idleOrigins.judgeAgain([&](const Endpoint& origin) { return listeners.mayReach(origin); });
  judgeSessions();
  reports.onChanged();
}

void LoopWorker::Inside::carryOut(capture::WantedPtr& wanted) {
  context.capturing.change(std::move(wanted));
  context.sessions.forEach([](Session& session) { session.captureChanged(); });
  for (const auto& service : udpServices) service->captureChanged();
  if (context.capturing.off()) context.idleOrigins.forgetWitnesses();
  reports.onCapturing();
}

void LoopWorker::Inside::judgeSessions() {
  context.sessions.forEach([](Session& session) { session.judgeAgain(); });
}

void LoopWorker::Inside::open(Opened& opened) {
  if (context.listeners->inside().find<UppercaseUdpListenerState>(opened.socket))
    udpServices.push_back(std::make_unique<UppercaseUdpService>(context, opened.socket, std::move(opened.fd)));
  else
    tcpServices.push_back(std::make_unique<TcpService>(context, opened.socket, std::move(opened.fd)));
}

void LoopWorker::Inside::serveAsConfigured() {
  std::erase_if(udpServices, [](auto& service) { return !service->serveAsConfigured(); });
  std::erase_if(tcpServices, [this](auto& service) {
    if (service->serveAsConfigured()) return false;
    leaving.push_back(std::move(service));
    return true;
  });
  goOnEnding();
}

// Idle connections go first, and leave their descriptors to those who have arrived and were not accepted yet.
void LoopWorker::Inside::carryOut(Drain&) {
  if (context.draining) return;
  context.draining = true;
  context.idleOrigins.closeAll();
  context.sessions.forEach([](Session& session) { session.drain(); });
  udpServices.clear();
  for (auto& service : tcpServices) leaving.push_back(std::move(service));
  tcpServices.clear();
  goOnEnding();
}

// Sessions end one by one, seldom, and only while the daemon is stopping: looking is simpler than being told.
void LoopWorker::Inside::goOnEnding() {
  std::erase_if(leaving, [](auto& service) { return service->finish(); });
  const bool drained = context.draining && leaving.empty() && context.sessions.empty();
  if (drained)
    reports.onDrained();
  else if (context.draining || !leaving.empty())
    lookAgain.start(std::chrono::milliseconds(50));
}

void LoopWorker::Inside::cutSessions() {
  std::size_t cuts = 0;
  while (Session* session = context.sessions.front()) {
    const record::ExchangeRecord* record = session->underWay();
    if (record && ++cuts <= kCutsTold) log::info("cut " + brief(*record));
    session->cut(Reason::daemon_stopping);
  }
  if (cuts > kCutsTold) log::info("cut " + std::to_string(cuts - kCutsTold) + " more of the same event loop");
}

void LoopWorker::Inside::carryOut(List& order) {
  Listed listed{order.question, {}, 0};
  const MonoTime now = loop.now();
  context.sessions.forEach([&](const Session& session) {
    if (++listed.total <= order.most) {
      listed.connections.push_back(session.live(now));
      listed.connections.back().connection = session.client().connection;
    }
  });
  for (record::LiveConnection& each : listed.connections) each.record.began = wallNow() - each.age;
  reports.onListed(std::move(listed));
}

void LoopWorker::Inside::carryOut(Stop&) {
  tcpServices.clear();
  leaving.clear();
  udpServices.clear();
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
      startThread("loop-" + std::to_string(inside_->index), [inside = inside_.get()] { inside->loop.run(); });
  if (!started) return std::move(started.error());
  inside_->thread = std::move(*started);
  return {};
}

void LoopWorker::change(Change change) { inside_->orders.post(std::move(change)); }
void LoopWorker::capture(capture::WantedPtr wanted) { inside_->orders.post(std::move(wanted)); }

void LoopWorker::giveWay(std::shared_ptr<const Admissions> listener) {
  inside_->orders.post(Inside::GiveWay{std::move(listener)});
}
void LoopWorker::giveWayTo(Waiting waiting) { inside_->orders.post(std::move(waiting)); }
void LoopWorker::ask() { inside_->orders.post(Inside::Ask{}); }
const observe::Counters& LoopWorker::counters() const { return inside_->context.counters; }
void LoopWorker::list(std::uint64_t question, std::size_t most) { inside_->orders.post(Inside::List{question, most}); }
void LoopWorker::drain() { inside_->orders.post(Inside::Drain{}); }
void LoopWorker::stop() { inside_->orders.post(Inside::Stop{}); }

void LoopWorker::join() {
  if (inside_->thread.joinable()) inside_->thread.join();
}

}  // namespace megaphone::server
