// The command lines of megaphone that speak to the daemon by its control socket.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace megaphone::cli {

struct ControlOptions {
  std::string socket;  // "": where it usually is
  std::string command;
  std::vector<std::pair<std::string, std::string>> options;  // as they go to the daemon
  bool shaped = false;                                       // the answer has several forms, for people and programs
  bool json = false;                                         // which of them is wanted
  std::string write;                                         // the file for the answer; "": stdout
  bool force = false;                                        // that file replaces one that is there
  std::uint16_t serve = 0;  // the port for the reader of the answer; 0: it is not served
};

}  // namespace megaphone::cli
