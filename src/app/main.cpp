// megaphoned: reads the command line and the file, starts the daemon, and turns what went wrong into an exit code
// (sysexits.h).
#include <sysexits.h>

#include <csignal>
#include <cstdio>
#include <memory>

#include "daemon.h"
#include "megaphone/cli/daemon_options.h"
#include "megaphone/config/load.h"
#include "megaphone/log/log.h"
#include "notify.h"
#include "signals.h"

namespace {

using namespace megaphone;

void say(std::FILE* where, const std::string& text) { std::fputs(text.c_str(), where); }

// The settings of the file; its problems go to stderr.
config::SettingsPtr loadFile(const std::string& file) {
  config::Loaded loaded = config::load(file);
  for (const config::Problem& problem : loaded.problems) say(stderr, config::format(problem, file));
  if (!loaded.settings) return nullptr;
  return std::make_shared<const config::Settings>(std::move(*loaded.settings));
}

int serve(config::SettingsPtr settings) {
  if (auto opened = log::open(settings->log); !opened) {
    say(stderr, "megaphoned: " + describe(opened.error()) + "\n");
    return EX_CANTCREAT;
  }
  auto daemon = app::Daemon::start(std::move(settings));
  if (!daemon) {
    log::error("cannot start: " + describe(daemon.error()));
    app::notify("STATUS=cannot start: " + describe(daemon.error()) +
                "\nERRNO=" + std::to_string(daemon.error().errnum));
    log::flush();
    return EX_OSERR;
  }
  (*daemon)->run();
  daemon->reset();
  log::info("stopped");
  log::flush();
  return EX_OK;
}

int run(const cli::DaemonOptions& options) {
  config::SettingsPtr settings =
      options.quick ? std::make_shared<const config::Settings>(*options.quick) : loadFile(options.config_file);
  if (!settings) return EX_CONFIG;
  if (options.check) {
    say(stdout, options.config_file + ": no problems found\n");
    return EX_OK;
  }
  return serve(std::move(settings));
}

}  // namespace

int main(int argc, char** argv) {
  app::holdSignals();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of a write, not of the process
  const auto parsed = cli::parseDaemon(argc, argv);
  if (const auto* print = std::get_if<cli::Print>(&parsed)) {
    say(stdout, print->text);
    return EX_OK;
  }
  if (const auto* error = std::get_if<cli::UsageError>(&parsed)) {
    say(stderr, cli::format(*error, "megaphoned"));
    return EX_USAGE;
  }
  return run(std::get<cli::DaemonOptions>(parsed));
}
