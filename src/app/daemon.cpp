#include "daemon.h"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "machine.h"
#include "megaphone/base/ascii.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/log/log.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/server/loop_worker.h"
#include "megaphone/uv/handles.h"
#include "megaphone/uv/mailbox.h"
#include "notify.h"
#include "signals.h"
#include "sockets.h"

namespace megaphone::app {
namespace {

// A bound group and the listener that it is for.
struct Bound {
  std::size_t index = 0;
  BoundGroup group;
};

struct AllBound {
  std::vector<Bound> proxies;
  std::vector<Bound> uppercaseTcp;
  std::vector<Bound> uppercaseUdp;
};

// Unique to this run, so that a chain of several megaphones is no loop and a true loop is seen.
std::string makeTag() {
  std::random_device device;
  std::string tag = "megaphone-";
  ascii::appendHex(tag, 0x10000000u | (device() & 0x0fffffffu));
  return tag;
}

template <class Section>
Result<void> bindSection(const std::vector<Section>& sections, Transport transport, std::string_view kind,
                         unsigned loops, std::vector<Bound>& out) {
  for (std::size_t i = 0; i < sections.size(); ++i) {
    std::uint64_t receiveBuffer = 0;
    if constexpr (std::is_same_v<Section, config::UppercaseUdp>) receiveBuffer = sections[i].receive_buffer;
    for (const Endpoint& address : sections[i].listen) {
      auto group = bindGroup(transport, address, loops, receiveBuffer);
      if (!group) {
        group.error().context = sections[i].name + ": " + group.error().context;
        return group.error();
      }
      log::info("listening name=" + sections[i].name + " kind=" + std::string(kind) +
                " address=" + group->address.text());
      out.push_back({i, std::move(*group)});
    }
  }
  return {};
}

std::vector<std::uint16_t> portsOf(const std::vector<Bound>& bound) {
  std::vector<std::uint16_t> ports;
  for (const Bound& b : bound) ports.push_back(b.group.address.port);
  return ports;
}

}  // namespace

struct Daemon::Inside final : observe::AccessLogSink {
  explicit Inside(config::SettingsPtr s) : settings(std::move(s)) {}
  ~Inside();

  Result<void> begin();
  Result<AllBound> bindAll() const;
  void spread(AllBound bound);
  void onStopSignal();
  void onLoopDrained();
  void reopenLogs();
  void onAccessLogTrouble(const Error& error) override {
    log::error(describe(error) + "; access log lines are being lost");
  }
  void onAccessLogRecovered(std::uint64_t lost) override {
    log::info("the access log can be written again; " + std::to_string(lost) + " lines were lost");
  }

  // Order of members is order of life; the end goes backwards: loops, workers, access log, main loop.
  const config::SettingsPtr settings;
  unsigned loopCount = 1;
  uv::Loop loop;
  uv::Mailbox<int> drained{loop, [this](int) { onLoopDrained(); }};
  uv::Timer drainTimer{loop, [this] { loop.stop(); }};
  std::unique_ptr<observe::AccessLog> accessLog;
  std::unique_ptr<server::Listeners> listeners;
  std::unique_ptr<connect::ConnectPool> pool;
  std::vector<std::unique_ptr<server::LoopWorker>> workers;
  std::vector<uv::Signal> signals;
  std::size_t drainedCount = 0;
  bool stopping = false;
};

Result<void> Daemon::Inside::begin() {
  raiseDescriptorLimit();
  loopCount = settings->daemon.event_loops ? settings->daemon.event_loops : machine().cpus;
  auto opened = observe::AccessLog::open(settings->access_log, loopCount, *this);
  if (!opened) {
    opened.error().context = "[access_log] path: " + opened.error().context;
    return opened.error();
  }
  accessLog = std::move(*opened);
  auto bound = bindAll();
  if (!bound) return bound.error();

  listeners = std::make_unique<server::Listeners>(settings, makeTag(), portsOf(bound->uppercaseUdp));
  pool = std::make_unique<connect::ConnectPool>(settings->daemon, settings->dns, portsOf(bound->proxies));
  for (unsigned i = 0; i < loopCount; ++i) {
    workers.push_back(std::make_unique<server::LoopWorker>(i, *listeners, *settings, *pool, accessLog->ring(i),
                                                           [this] { drained.post(0); }));
  }
  spread(std::move(*bound));

  accessLog->start();
  for (auto& worker : workers) worker->start();
  for (const int signum : kStopSignals) signals.emplace_back(loop, signum, [this] { onStopSignal(); });
  for (const int signum : kReopenSignals) signals.emplace_back(loop, signum, [this] { reopenLogs(); });
  releaseSignals();
  log::info("access log: " + (settings->access_log.path.empty() ? std::string("none") : settings->access_log.path));
  log::info("ready: " + std::to_string(loopCount) + " event loops, " +
            std::to_string(settings->daemon.connect_workers) + " connect workers");
  notify("READY=1\nSTATUS=serving");
  return {};
}

Result<AllBound> Daemon::Inside::bindAll() const {
  AllBound all;
  Result<void> result =
      bindSection(settings->uppercase_tcp, Transport::tcp, "uppercase-tcp", loopCount, all.uppercaseTcp);
  if (result)
    result = bindSection(settings->uppercase_udp, Transport::udp, "uppercase-udp", loopCount, all.uppercaseUdp);
  if (result) result = bindSection(settings->proxies, Transport::tcp, "proxy", loopCount, all.proxies);
  if (!result) return result.error();
  return all;
}

// One descriptor of every group to every loop.
void Daemon::Inside::spread(AllBound bound) {
  for (unsigned i = 0; i < loopCount; ++i) {
    for (Bound& b : bound.uppercaseTcp) workers[i]->addUppercaseTcp(b.index, std::move(b.group.fds[i]));
    for (Bound& b : bound.uppercaseUdp) workers[i]->addUppercaseUdp(b.index, std::move(b.group.fds[i]));
    for (Bound& b : bound.proxies) workers[i]->addProxy(b.index, std::move(b.group.fds[i]));
  }
}

void Daemon::Inside::onStopSignal() {
  if (stopping) {
    log::info("told to stop again: ending at once");
    loop.stop();
    return;
  }
  stopping = true;
  log::info("stopping: what is under way has " +
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(settings->daemon.drain_time).count()) +
            " s to end");
  notify("STOPPING=1\nSTATUS=draining");
  for (auto& worker : workers) worker->drain();
  drainTimer.start(settings->daemon.drain_time);
}

void Daemon::Inside::onLoopDrained() {
  if (++drainedCount == workers.size()) loop.stop();
}

void Daemon::Inside::reopenLogs() {
  accessLog->reopen();
  if (auto reopened = log::reopen(); !reopened)
    log::error(describe(reopened.error()) + "; the old log file stays in use");
  log::info("told to open the log files anew; the configuration is read at the start only");
}

Daemon::Inside::~Inside() {
  holdSignals();
  for (auto& worker : workers) worker->stop();
  for (auto& worker : workers) worker->join();
  pool.reset();  // the workers' mailboxes live until nobody can post to them
  workers.clear();
  accessLog.reset();
}

Daemon::Daemon(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(config::SettingsPtr settings) {
  auto inside = std::make_unique<Inside>(std::move(settings));
  if (auto begun = inside->begin(); !begun) return begun.error();
  return std::unique_ptr<Daemon>(new Daemon(std::move(inside)));
}

void Daemon::run() { inside_->loop.run(); }

}  // namespace megaphone::app
