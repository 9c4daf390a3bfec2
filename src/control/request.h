// Request: one line of the control socket, "COMMAND [OPTION=VALUE]...". Words are separated by blanks, so that a value
// has none. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "megaphone/control/daemon.h"

namespace megaphone::control {

struct Request {
  static constexpr std::size_t kLongest = 4096;  // bytes, the line's end included

  std::string command;
  std::vector<std::pair<std::string, std::string>> options;

  std::optional<std::string> option(std::string_view name) const;
};

std::variant<Request, Mistake> readRequest(std::string_view line);

}  // namespace megaphone::control
