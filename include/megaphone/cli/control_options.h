// The command lines of megaphone that use the daemon's control socket.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace megaphone::cli {

struct ControlOptions {
  std::string socket;  // "": the usual place
  std::string command;
  std::vector<std::pair<std::string, std::string>> options;  // as they go to the daemon
  bool shaped = false;                                       // the answer has several forms, for people and programs
  bool json = false;                                         // JSON is wanted
  std::string write;                                         // the file for the answer; "": stdout
  bool force = false;                                        // `write` may replace an existing file
  std::uint16_t serve = 0;  // the port on which to serve the answer to a reader; 0: none
};

}  // namespace megaphone::cli
