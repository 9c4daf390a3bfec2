// Command: how a command of the control socket is carried out. Each is one file, and named in commands.cpp; its options
// are in the table of all (command/commands.h).
#pragma once

#include <string_view>

#include "answer.h"
#include "megaphone/control/daemon.h"
#include "request.h"

namespace megaphone::control {

struct Command {
  std::string_view name;
  // REQUIRES: the request has no other options than the table gives it.
  void (*run)(const Request& request, Daemon& daemon, Answer answer);
};

extern const Command kCapture;
extern const Command kList;
extern const Command kReload;
extern const Command kStatus;

// Runs the command that the request names, or says which it might mean.
void carryOut(const Request& request, Daemon& daemon, const Answer& answer);

}  // namespace megaphone::control
