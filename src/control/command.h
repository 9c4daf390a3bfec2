// Command: what can be asked on the control socket. Each command is one file, and a line in commands.cpp.
#pragma once

#include <span>
#include <string_view>

#include "answer.h"
#include "megaphone/control/daemon.h"
#include "request.h"

namespace megaphone::control {

struct Command {
  std::string_view name;
  std::span<const std::string_view> options;
  // REQUIRES: the request has no other options.
  void (*run)(const Request& request, Daemon& daemon, Answer answer);
};

extern const Command kCapture;
extern const Command kList;
extern const Command kReload;
extern const Command kStatus;

// Runs the command that the request names, or says which it might mean.
void carryOut(const Request& request, Daemon& daemon, const Answer& answer);

}  // namespace megaphone::control
