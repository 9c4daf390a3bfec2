// megaphoned: reads the command line and the file, starts the daemon, and turns what went wrong into an exit code
// (sysexits.h).
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string_view>

#include "daemon.h"
#include "handed_sockets.h"
#include "machine.h"
#include "megaphone/base/counted.h"
#include "megaphone/base/shared_output.h"
#include "megaphone/base/standard_streams.h"
#include "megaphone/base/terminal.h"
#include "megaphone/cli/daemon_options.h"
#include "megaphone/config/descriptors.h"
#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"
#include "megaphone/log/log.h"
#include "service_manager.h"
#include "signals.h"
#include "start_advice.h"

namespace {

using namespace megaphone;

constexpr std::string_view kProgram = "megaphoned";
constexpr std::chrono::seconds kBeforeNextTry{1};

// Gives a reader who has stopped reading a moment.
void complain(const std::string& text) { SharedOutput(STDERR_FILENO).writeAll(text, std::chrono::seconds(1)); }

// Waits for its reader, and may be stopped meanwhile.
int print(const std::string& text) {
  app::releaseSignals();
  return cli::print(text, kProgram);
}

// "3 errors, 1 warning"
std::string verdict(const std::vector<config::Problem>& problems) {
  const auto isError = [](const config::Problem& problem) {
    return problem.severity == config::Problem::Severity::error;
  };
  const auto isWarning = [](const config::Problem& problem) {
    return problem.severity == config::Problem::Severity::warning;
  };
  const auto errors = static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), isError));
  const auto warnings = static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), isWarning));
  if (errors + warnings == 0) return "no problems found";
  return (errors > 0 ? counted(errors, "error") : std::string("no errors")) +
         (warnings > 0 ? ", " + counted(warnings, "warning") : "");
}

int refuse(const cli::UsageError& error) {
  complain(cli::format(error, kProgram));
  return EX_USAGE;
}

// What is there to serve by, with the problems of the file. A quick try is checked already, and has no limits of its
// own.
config::Loaded gather(const cli::DaemonOptions& options, const app::HandedSockets& handed) {
  using Task = cli::DaemonOptions::Task;
  const bool rehearsed = options.task == Task::check;
  config::Machine machine = app::machine(handed, rehearsed ? config::Occasion::check : config::Occasion::start);
  if (options.quick) {
    config::Loaded quick{*options.quick, {}, options.provenance};
    config::fitDefaults(*quick.settings, quick.provenance, machine);
    return quick;
  }
  // A check before a start (ExecStartPre= of systemd.service(5)) has no sockets.
  if (options.task != Task::serve && !handed.told()) machine.sockets.reset();
  return config::load(options.config_file, machine);
}

// An operator who has just started it looks at the terminal, wherever the log goes.
int cannotStart(const Error& error, const config::Settings& settings) {
  const std::string what = "cannot start: " + describe(error);
  const std::string advice = app::startAdvice(error);
  log::error(advice.empty() ? what : what + " (" + advice + ")");
  log::flush();
  if (!settings.log.path.empty()) complain(cli::format({what, advice}, kProgram));
  app::ServiceManager::cannotStart(error);
  return EX_OSERR;
}

int serve(config::SettingsPtr settings, app::HandedSockets handed, const std::vector<config::Problem>& warnings) {
  if (auto opened = log::open(settings->log); !opened) {
    complain(cli::format({describe(opened.error()), app::startAdvice(opened.error())}, kProgram));
    return opened.error().errnum == EAGAIN ? EX_OSERR : EX_CANTCREAT;
  }
  log::info("megaphoned " + std::string(cli::version()) + " starts, process " + std::to_string(::getpid()) +
            (settings->file.empty() ? ", configured by options" : ", configuration " + settings->file));
  for (const config::Problem& problem : warnings) {
    const bool note = problem.severity == config::Problem::Severity::note;
    const std::string line = config::summary(problem, settings->file);
    note ? log::info(line) : log::warning(line);
  }
  auto daemon = app::Daemon::start(settings, std::move(handed));
  if (!daemon) return cannotStart(daemon.error(), *settings);
  (*daemon)->run();
  daemon->reset();
  log::info("stopped");
  log::flush();
  return EX_OK;
}

int run(const cli::DaemonOptions& options, app::HandedSockets handed) {
  using Task = cli::DaemonOptions::Task;
  if (options.quick && !handed.all().empty()) {
    return refuse({"systemd hands over sockets, and options cannot name them",
                   "write a file in which a listener has listen = \"systemd:NAME\""});
  }
  config::Loaded loaded = gather(options, handed);
  // At a start that succeeds the log has the warnings.
  const bool tell = options.task != Task::serve || !loaded.settings;
  for (const config::Problem& problem : loaded.problems) {
    if (tell)
      complain(config::format(problem, options.config_file,
                              wantsColours(STDERR_FILENO) ? config::Paint::colours : config::Paint::plain));
  }
  if (!loaded.settings) {
    complain(options.config_file + ": " + verdict(loaded.problems) + "\n");
    // For a client who waits systemd would start us again at once, and after some tries give the socket up for good.
    if (options.task == Task::serve && handed.anyoneWaits()) app::awaitStop(kBeforeNextTry);
    return EX_CONFIG;
  }
  if (options.task == Task::print_config) return print(config::toToml(*loaded.settings, loaded.provenance));
  if (options.task == Task::check) return print(options.config_file + ": " + verdict(loaded.problems) + "\n");
  return serve(std::make_shared<const config::Settings>(std::move(*loaded.settings)), std::move(handed),
               loaded.problems);
}

}  // namespace

int main(int argc, char** argv) {
  openStandardStreams();
  app::holdSignals();
  app::ignoreSignals();
  app::HandedSockets handed = app::HandedSockets::take();
  const auto parsed = cli::parseDaemon(argc, argv);
  if (const auto* text = std::get_if<cli::Print>(&parsed)) {
    return print(text->text);
  }
  if (const auto* error = std::get_if<cli::UsageError>(&parsed)) {
    return refuse(*error);
  }
  return run(std::get<cli::DaemonOptions>(parsed), std::move(handed));
}
