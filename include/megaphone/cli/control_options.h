// The command lines of megaphone that speak to the daemon by its control socket.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace megaphone::cli {

struct ControlOptions {
  std::string socket;  // "": where it usually is
  std::string command;
  std::vector<std::pair<std::string, std::string>> options;  // as they go to the daemon
  bool shaped = false;                                       // the answer has several forms
  bool json = false;                                         // which of them is wanted
};

}  // namespace megaphone::cli
