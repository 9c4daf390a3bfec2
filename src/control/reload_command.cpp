// reload: reads the configuration again and waits until that is in force everywhere, or refused.
#include "command.h"

namespace megaphone::control {
namespace {

void run(const Request&, Daemon& daemon, Answer answer) {
  daemon.reload([answer](const Reloaded& reloaded) {
    std::string text;
    for (const std::string& line : reloaded.lines) text += line + '\n';
    reloaded.done ? answer.done(std::move(text)) : answer.failed(std::move(text));
  });
}

}  // namespace

const Command kReload{"reload", run};

}  // namespace megaphone::control
