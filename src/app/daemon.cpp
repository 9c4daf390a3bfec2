#include "daemon.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "access_log_reports.h"
#include "address_watch.h"
#include "capture_control.h"
#include "control_service.h"
#include "describe.h"
#include "heartbeat.h"
#include "machine.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/counted.h"
#include "megaphone/base/shortage.h"
#include "megaphone/cli/usage.h"
#include "megaphone/config/load.h"
#include "megaphone/log/log.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/uv/handles.h"
#include "needs_restart.h"
#include "reload_requests.h"
#include "service_manager.h"
#include "shutdown.h"
#include "signals.h"
#include "socket_table.h"
#include "workers.h"

namespace megaphone::app {
namespace {

unsigned loopsFor(const config::Settings& settings) {
  return settings.daemon.event_loops ? settings.daemon.event_loops : usableCpus();
}

bool operator!=(const config::Log& a, const config::Log& b) { return a.level != b.level || a.path != b.path; }

std::vector<std::string> summaries(const std::vector<config::Problem>& problems, const std::string& file) {
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(config::summary(problem, file));
  return lines;
}

Error ofAccessLog(Error error) {
  error.context = "access log: " + error.context;
  return error;
}

void logSockets(const SocketTable::Plan& plan) {
  for (const SocketTable::Entry& closed : plan.closed) {
    log::info(std::string("no longer listening address=") + closed.address.text() + " (" +
              std::string(word(closed.transport)) + ")");
  }
  for (const SocketTable::Opened& opened : plan.opened) {
    log::info("listening name=" + opened.name + " kind=" + std::string(opened.kind->word) + " address=" +
              opened.group.address.text() + (opened.handed.empty() ? "" : " from=systemd:" + opened.handed));
  }
}

}  // namespace

struct Daemon::Inside final : WorkersSink {
  Inside(config::SettingsPtr s, HandedSockets h)
      : started(std::move(s)),
        settings(started),
        loopCount(loopsFor(*started)),
        handed(std::move(h)),
        sockets(loopCount, handed) {}
  ~Inside();

  Result<void> begin();
  using OnReloaded = ReloadRequests::OnReloaded;
  void askForReload(OnReloaded onReloaded);
  void reload();
  Result<void> takeSettings(config::SettingsPtr wanted);
  control::Status status() const;
  void refuse(const std::vector<std::string>& problems);
  void reopenLogs();
  void onAllChanged() override;
  void onAllCapturing() override {
    if (controlService) controlService->onAllCapturing();
  }
  void onAllDrained() override { loop.stop(); }
  void onAllPresent() override {
    heartbeat->onAllPresent();
    if (controlService) controlService->onAllPresent();
  }

  // Order of members is order of life; the end goes backwards: loops and workers, access log, main loop.
  const config::SettingsPtr started;  // what cannot be changed is as it stands there
  config::SettingsPtr settings;       // in force
  const unsigned loopCount;
  const HandedSockets handed;
  SocketTable sockets;
  uv::Loop loop;
  ServiceManager manager{loop};
  AddressWatch addresses{loop};
  AccessLogReports logReports;
  std::unique_ptr<observe::AccessLog> accessLog;
  CaptureControl captures{loop, Workers::lanesFor(*started, loopCount),
                          [this](const capture::WantedPtr& wanted) { workers->capture(wanted); }};
  std::unique_ptr<Workers> workers;
  std::optional<Heartbeat> heartbeat;
  std::optional<Shutdown> shutdown;
  std::optional<ControlService> controlService;
  std::vector<uv::Signal> signals;
  const MonoTime begun = monoNow();
  std::uint64_t generation = 1;  // of the settings
  ReloadRequests reloads;
  std::vector<std::string> changeTexts;  // of the change that the workers carry out; said when it is done
  bool changing = false;
};

Result<void> Daemon::Inside::begin() {
  raiseDescriptorLimit();
  auto opened = observe::AccessLog::open(*settings, loopCount, logReports);
  if (!opened) return ofAccessLog(std::move(opened.error()));
  accessLog = std::move(*opened);
  auto controlSocket = ControlService::openSocket(settings->control);
  if (!controlSocket) return std::move(controlSocket.error());
  auto plan = sockets.plan(*settings);
  if (!plan) return std::move(plan.error());
  auto captured = captures.plan(*settings);
  if (!captured) return std::move(captured.error());
  sockets.take(*plan);
  logSockets(*plan);

  workers = std::make_unique<Workers>(loop, *settings, loopCount, *accessLog, captures.captures(),
                                      addresses.addresses(), *this);
  if (auto running = accessLog->start(); !running) return running;
  if (auto running = workers->start(); !running) return running;
  changing = true;
  changeTexts = {"ready: " + counted(loopCount, "event loop") + ", " +
                 counted(settings->daemon.connect_workers, "connect worker")};
  captures.take(std::move(*captured));  // first: nothing passes through a new listener unseen
  workers->change(settings, *plan);
  for (const int signum : kStopSignals)
    signals.emplace_back(loop, signum, [this] { shutdown->onSignal(settings->daemon); });
  signals.emplace_back(loop, kReopenSignal, [this] {
    reopenLogs();
    log::info("told to open the log files anew");
  });
  signals.emplace_back(loop, kReloadSignal, [this] { askForReload({}); });
  heartbeat.emplace(loop, *workers, manager);
  shutdown.emplace(loop, *workers, manager);
  if (*controlSocket) {
    controlService.emplace(
        loop, *workers, captures,
        ControlService::Callbacks{[this] { return status(); },
                                  [this](OnReloaded onReloaded) { askForReload(std::move(onReloaded)); },
                                  [this](const std::string& listener) { return hasOrigins(sockets, listener); },
                                  [this] { return settings->access_log.query_strings; }},
        std::move(**controlSocket));
  }
  releaseSignals();
  log::info("access log: " + settings->access_log.path);
  return {};
}

void Daemon::Inside::onAllChanged() {
  const bool atTheStart = generation == 1;
  changing = false;
  log::info(changeTexts.front());
  if (!atTheStart) reloads.end({true, std::move(changeTexts)});
  if (!shutdown->begun()) manager.ready();
  if (!reloads.begin()) return;
  shutdown->begun() ? reloads.end({false, {"the daemon is stopping"}}) : reload();
}

// `onReloaded` may be empty.
void Daemon::Inside::askForReload(OnReloaded onReloaded) {
  if (shutdown->begun()) {
    log::info("told to read the configuration again, but stopping");
    if (onReloaded) onReloaded({false, {"the daemon is stopping"}});
    return;
  }
  reloads.add(std::move(onReloaded), changing);
  if (!changing) reload();
}

// All or nothing: what can fail comes first and changes nothing.
void Daemon::Inside::reload() {
  manager.reloading();
  reopenLogs();
  if (settings->file.empty()) {
    log::info("started without a configuration file: there is nothing to read again");
    manager.ready();
    return reloads.end(
        {false, {"the daemon was started without a configuration file: there is nothing to read again"}});
  }
  config::Loaded loaded = config::load(settings->file, machine(handed, config::Occasion::reload));
  if (!loaded.settings) return refuse(summaries(loaded.problems, settings->file));
  for (const std::string& warning : summaries(loaded.problems, settings->file)) log::warning(warning);
  auto taken = takeSettings(std::make_shared<const config::Settings>(std::move(*loaded.settings)));
  if (!taken) refuse({settings->file + ": " + describe(taken.error())});
}

Result<void> Daemon::Inside::takeSettings(config::SettingsPtr wanted) {
  auto plan = sockets.plan(*wanted);
  if (!plan) return std::move(plan.error());
  auto lines = accessLog->plan(*wanted);
  if (!lines) return ofAccessLog(std::move(lines.error()));
  auto captured = captures.plan(*wanted);
  if (!captured) return std::move(captured.error());
  if (wanted->log != settings->log) {
    if (auto opened = log::open(wanted->log); !opened) return opened;
  }
  sockets.take(*plan);
  accessLog->take(std::move(*lines));
  logSockets(*plan);
  settings = std::move(wanted);
  ++generation;
  changeTexts = {"reloaded " + settings->file + ": " + std::to_string(plan->kept()) + " addresses kept, " +
                 std::to_string(plan->opened.size()) + " opened, " + std::to_string(plan->closed.size()) + " closed"};
  const std::vector<std::string> keys = needsRestart(*started, *settings);
  std::string note;
  if (!keys.empty()) {
    note = "changed in the file, but read at the start only: " + ascii::join(keys);
    log::warning(note + "; restart to apply it");
    changeTexts.push_back(note + "; restart to apply it");
  }
  manager.note(std::move(note));
  changing = true;
  const auto became = captures.take(std::move(*captured));  // first: nothing passes through a new listener unseen
  changeTexts.insert(changeTexts.end(), became.begin(), became.end());
  workers->change(settings, *plan);
  return {};
}

void Daemon::Inside::refuse(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) log::error(problem);
  log::error("the configuration was not reloaded; everything stays as it was");
  manager.note("reload failed, the old configuration stays in force: " + problems.front());
  manager.ready();  // there is no word for a reload that failed (sd_notify(3)), only for one that is over
  std::vector<std::string> lines = problems;
  lines.emplace_back("the configuration was not reloaded; everything stays as it was");
  reloads.end({false, std::move(lines)});
}

control::Status Daemon::Inside::status() const {
  const Figures figures = workers->figures();
  control::Status now;
  now.version = cli::version();
  now.pid = ::getpid();
  now.state = shutdown->begun() ? "stopping" : changing ? "reloading" : "serving";
  now.uptime = monoNow() - begun;
  now.file = settings->file;
  now.generation = generation;
  now.reload = reloads.last();
  if (settings->access_log.path != "none") now.accessLog = settings->access_log.path;
  describeListeners(sockets, workers->listeners(), now);
  describeThreads(figures, now);
  describeCaptures(captures.captures().running(), now);
  return now;
}

void Daemon::Inside::reopenLogs() {
  accessLog->reopen();
  if (auto reopened = log::reopen(); !reopened)
    log::error(describe(reopened.error()) + "; the old log file stays in use");
}

Daemon::Inside::~Inside() {
  holdSignals();
  endInAnyCase();
  controlService.reset();
  shutdown.reset();
  heartbeat.reset();
  captures.workersAreGone();
  workers.reset();
  accessLog.reset();
}

Daemon::Daemon(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(config::SettingsPtr settings, HandedSockets handed) try {
  auto inside = std::make_unique<Inside>(std::move(settings), std::move(handed));
  if (auto begun = inside->begin(); !begun) return std::move(begun.error());
  return std::unique_ptr<Daemon>(new Daemon(std::move(inside)));
} catch (const Shortage& shortage) {
  return shortage.error;
} catch (const std::bad_alloc&) {
  return systemError(ENOMEM, "make what every thread needs");
}

void Daemon::run() { inside_->loop.run(); }

}  // namespace megaphone::app
