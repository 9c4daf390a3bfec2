// Line: a command line, read by a table of options. Only line.cpp knows cxxopts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/cli/program.h"
#include "megaphone/cli/usage.h"

namespace megaphone::cli {

struct Line {
  struct Given {
    std::string name;
    std::string value;
  };
  std::vector<Given> given;           // in order
  std::vector<std::string> operands;  // what is not an option, and all after "--"
  std::optional<UsageError> error;

  bool has(std::string_view name) const;
  // Returns the value of an option that is given at most once; "" if its optional value is left out.
  std::optional<std::string> value(std::string_view name) const;
};

// Reads a command line; `argv[0]` does not matter.
Line readLine(std::span<const Option> options, int argc, const char* const* argv);

}  // namespace megaphone::cli
