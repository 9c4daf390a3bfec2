#include "request.h"

#include <algorithm>

#include "megaphone/base/ascii.h"

namespace megaphone::control {
namespace {

// The first word of `line`, which loses it.
std::string_view takeWord(std::string_view& line) {
  line = ascii::trim(line);
  const std::string_view word = line.substr(0, std::min(line.find_first_of(" \t"), line.size()));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

std::optional<std::string> Request::option(std::string_view name) const {
  for (const auto& [key, value] : options) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::variant<Request, Mistake> readRequest(std::string_view line) {
  Request request;
  request.command = takeWord(line);
  for (std::string_view word = takeWord(line); !word.empty(); word = takeWord(line)) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return Mistake{"\"" + std::string(word) + "\" is not an option", "an option is written NAME=VALUE"};
    std::string name(word.substr(0, equals));
    if (request.option(name)) return Mistake{"the option " + name + " is given twice", "give it once"};
    request.options.emplace_back(std::move(name), word.substr(equals + 1));
  }
  return request;
}

}  // namespace megaphone::control
