#include "daemon.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "capture_desk.h"
#include "crew.h"
#include "departure.h"
#include "machine.h"
#include "megaphone/base/ascii.h"
#include "megaphone/config/load.h"
#include "megaphone/log/log.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/uv/handles.h"
#include "needs_restart.h"
#include "pulse.h"
#include "service_manager.h"
#include "signals.h"
#include "socket_table.h"

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
    log::info("listening name=" + opened.name + " kind=" + std::string(word(opened.kind)) + " address=" +
              opened.group.address.text() + (opened.handed.empty() ? "" : " from=systemd:" + opened.handed));
  }
}

}  // namespace

struct Daemon::Inside final : observe::AccessLogSink, CrewSink {
  Inside(config::SettingsPtr s, HandedSockets h)
      : started(std::move(s)),
        settings(started),
        loopCount(loopsFor(*started)),
        handed(std::move(h)),
        sockets(loopCount, handed) {}
  ~Inside();

  Result<void> begin();
  void onHangUp();
  void reload();
  Result<void> takeSettings(config::SettingsPtr wanted);
  void refuse(const std::vector<std::string>& problems);
  void reopenLogs();
  void onAllChanged() override;
  void onAllDrained() override { loop.stop(); }
  void onAllPresent() override { pulse->onAllPresent(); }
  void onAccessLogTrouble(const Error& error) override {
    log::error(describe(error) + "; access log lines are being lost");
  }
  void onAccessLogRecovered(const std::string& file, std::uint64_t lost) override {
    log::info(file + " can be written again; " + std::to_string(lost) + " access log lines were lost");
  }
  void onAccessLogOverrun(std::uint64_t dropped) override {
    log::warning(std::to_string(dropped) + " access log lines were dropped: they came faster than they can be written");
  }

  // Order of members is order of life; the end goes backwards: loops and workers, access log, main loop.
  const config::SettingsPtr started;  // what cannot be changed is as it stands there
  config::SettingsPtr settings;       // in force
  const unsigned loopCount;
  const HandedSockets handed;
  SocketTable sockets;
  ServiceManager manager;
  uv::Loop loop;
  std::unique_ptr<observe::AccessLog> accessLog;
  CaptureDesk captures{loop, Crew::lanesFor(*started, loopCount),
                       [this](const capture::WantedPtr& wanted) { crew->capture(wanted); }};
  std::unique_ptr<Crew> crew;
  std::optional<Pulse> pulse;
  std::optional<Departure> departure;
  std::vector<uv::Signal> signals;
  std::string changeText;  // of the change that the crew is carrying out; said when it is done
  bool changing = false;
  bool reloadAgain = false;
};

Result<void> Daemon::Inside::begin() {
  raiseDescriptorLimit();
  auto opened = observe::AccessLog::open(*settings, loopCount, *this);
  if (!opened) return ofAccessLog(std::move(opened.error()));
  accessLog = std::move(*opened);
  auto plan = sockets.plan(*settings);
  if (!plan) return std::move(plan.error());
  sockets.take(*plan);
  logSockets(*plan);

  crew = std::make_unique<Crew>(loop, *settings, loopCount, *accessLog, captures.captures(), *this);
  accessLog->start();
  crew->start();
  changing = true;
  changeText = "ready: " + std::to_string(loopCount) + " event loops, " +
               std::to_string(settings->daemon.connect_workers) + " connect workers";
  crew->change(settings, *plan);
  captures.follow(*settings);
  for (const int signum : kStopSignals)
    signals.emplace_back(loop, signum, [this] { departure->onSignal(settings->daemon); });
  signals.emplace_back(loop, kReopenSignal, [this] { reopenLogs(); });
  signals.emplace_back(loop, kReloadSignal, [this] { onHangUp(); });
  pulse.emplace(loop, *crew, manager);
  departure.emplace(loop, *crew, manager);
  releaseSignals();
  log::info("access log: " + settings->access_log.path);
  return {};
}

void Daemon::Inside::onAllChanged() {
  changing = false;
  log::info(changeText);
  if (departure->begun()) return;
  manager.ready();
  if (std::exchange(reloadAgain, false)) reload();
}

void Daemon::Inside::onHangUp() {
  if (departure->begun()) return log::info("told to read the configuration again, but stopping");
  if (changing)
    reloadAgain = true;  // however often it was said meanwhile
  else
    reload();
}

// All or nothing: what can fail comes first and changes nothing.
void Daemon::Inside::reload() {
  manager.reloading();
  reopenLogs();
  if (settings->file.empty()) {
    log::info("started without a configuration file: there is nothing to read again");
    return manager.ready();
  }
  config::Loaded loaded = config::load(settings->file, machine(handed));
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
  if (wanted->log != settings->log) {
    if (auto opened = log::open(wanted->log); !opened) return opened;
  }
  sockets.take(*plan);
  accessLog->take(std::move(*lines));
  logSockets(*plan);
  settings = std::move(wanted);
  changeText = "reloaded " + settings->file + ": " + std::to_string(plan->kept()) + " addresses kept, " +
               std::to_string(plan->opened.size()) + " opened, " + std::to_string(plan->closed.size()) + " closed";
  const std::vector<std::string> keys = needsRestart(*started, *settings);
  std::string note;
  if (!keys.empty()) {
    note = "changed in the file, but read at the start only: " + ascii::join(keys);
    log::warning(note + "; restart to have it so");
  }
  manager.note(std::move(note));
  changing = true;
  crew->change(settings, *plan);
  captures.follow(*settings);
  return {};
}

void Daemon::Inside::refuse(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) log::error(problem);
  log::error("the configuration was not reloaded; everything stays as it was");
  manager.note("reload failed, the old configuration stays in force: " + problems.front());
  manager.ready();  // there is no word for a reload that failed (sd_notify(3)), only for one that is over
}

void Daemon::Inside::reopenLogs() {
  accessLog->reopen();
  if (auto reopened = log::reopen(); !reopened)
    log::error(describe(reopened.error()) + "; the old log file stays in use");
}

Daemon::Inside::~Inside() {
  holdSignals();
  departure.reset();
  pulse.reset();
  captures.crewIsGone();
  crew.reset();
  accessLog.reset();
}

Daemon::Daemon(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(config::SettingsPtr settings, HandedSockets handed) {
  auto inside = std::make_unique<Inside>(std::move(settings), std::move(handed));
  if (auto begun = inside->begin(); !begun) return std::move(begun.error());
  return std::unique_ptr<Daemon>(new Daemon(std::move(inside)));
}

void Daemon::run() { inside_->loop.run(); }

}  // namespace megaphone::app
