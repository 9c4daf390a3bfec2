// The command line of megaphoned.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "megaphone/cli/usage.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::cli {

struct DaemonOptions {
  enum class Task : std::uint8_t { serve, check, print_config };

  Task task = Task::serve;
  std::string config_file;                // the file to load; "" exactly when there are quick settings
  bool config_named = false;              // named on the command line; false: the default file
  std::optional<config::Settings> quick;  // made of options, for a run without a file
  config::Provenance provenance;          // of the quick settings
};

// Reads the whole command line, argv[0] aside. Opens no file.
std::variant<DaemonOptions, Print, UsageError> parseDaemon(int argc, const char* const* argv);

}  // namespace megaphone::cli
