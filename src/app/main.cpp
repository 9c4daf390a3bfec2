// megaphoned: reads the command line and the file, starts the daemon, and turns what went wrong into an exit code
// (sysexits.h).
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string_view>

#include "daemon.h"
#include "handed_sockets.h"
#include "machine.h"
#include "megaphone/base/terminal.h"
#include "megaphone/cli/daemon_options.h"
#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"
#include "megaphone/log/log.h"
#include "service_manager.h"
#include "signals.h"

namespace {

using namespace megaphone;

void say(std::FILE* where, const std::string& text) { std::fputs(text.c_str(), where); }

std::string counted(std::ptrdiff_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// "3 errors, 1 warning"
std::string verdict(const std::vector<config::Problem>& problems) {
  const auto errors = std::count_if(problems.begin(), problems.end(), [](const config::Problem& problem) {
    return problem.severity == config::Problem::Severity::error;
  });
  const auto warnings = std::ssize(problems) - errors;
  if (problems.empty()) return "no problems found";
  return (errors > 0 ? counted(errors, "error") : std::string("no errors")) +
         (warnings > 0 ? ", " + counted(warnings, "warning") : "");
}

int complain(const cli::UsageError& error) {
  say(stderr, cli::format(error, "megaphoned"));
  return EX_USAGE;
}

// What is there to serve by, with the problems of the file. A quick try is checked already, and has no limits of its
// own.
config::Loaded gather(const cli::DaemonOptions& options, const app::HandedSockets& handed) {
  if (options.quick) return {*options.quick, {}, options.origins};
  config::Machine machine = app::machine(handed);
  // Before a start nobody has the sockets yet (ExecStartPre= of systemd.service(5)).
  if (options.task != cli::DaemonOptions::Task::serve && !handed.told()) machine.sockets.reset();
  return config::load(options.config_file, machine);
}

int serve(config::SettingsPtr settings, app::HandedSockets handed, const std::vector<config::Problem>& warnings) {
  if (auto opened = log::open(settings->log); !opened) {
    say(stderr, "megaphoned: " + describe(opened.error()) + "\n");
    return EX_CANTCREAT;
  }
  for (const config::Problem& problem : warnings) log::warning(config::summary(problem, settings->file));
  auto daemon = app::Daemon::start(std::move(settings), std::move(handed));
  if (!daemon) {
    log::error("cannot start: " + describe(daemon.error()));
    app::ServiceManager::cannotStart(daemon.error());
    log::flush();
    return EX_OSERR;
  }
  (*daemon)->run();
  daemon->reset();
  log::info("stopped");
  log::flush();
  return EX_OK;
}

int run(const cli::DaemonOptions& options, app::HandedSockets handed) {
  using Task = cli::DaemonOptions::Task;
  if (options.quick && !handed.all().empty()) {
    return complain({"systemd hands over sockets, and options cannot name them",
                     "write a file in which a listener has listen = \"systemd:NAME\""});
  }
  config::Loaded loaded = gather(options, handed);
  // At a start that succeeds the log has the warnings.
  const bool tell = options.task != Task::serve || !loaded.settings;
  for (const config::Problem& problem : loaded.problems) {
    if (tell)
      say(stderr, config::format(problem, options.config_file,
                                 wantsColours(STDERR_FILENO) ? config::Paint::colours : config::Paint::plain));
  }
  if (!loaded.settings) {
    say(stderr, options.config_file + ": " + verdict(loaded.problems) + "\n");
    return EX_CONFIG;
  }
  if (options.task == Task::print_config) {
    say(stdout, config::toToml(*loaded.settings, loaded.origins));
  } else if (options.task == Task::check) {
    say(stdout, options.config_file + ": " + verdict(loaded.problems) + "\n");
  } else {
    return serve(std::make_shared<const config::Settings>(std::move(*loaded.settings)), std::move(handed),
                 loaded.problems);
  }
  return EX_OK;
}

}  // namespace

int main(int argc, char** argv) {
  app::holdSignals();
  app::HandedSockets handed = app::HandedSockets::take();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of a write, not of the process
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow (RLIMIT_FSIZE)
  const auto parsed = cli::parseDaemon(argc, argv);
  if (const auto* print = std::get_if<cli::Print>(&parsed)) {
    say(stdout, print->text);
    return EX_OK;
  }
  if (const auto* error = std::get_if<cli::UsageError>(&parsed)) {
    return complain(*error);
  }
  return run(std::get<cli::DaemonOptions>(parsed), std::move(handed));
}
