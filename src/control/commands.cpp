#include <algorithm>
#include <array>
#include <vector>

#include "command.h"
#include "megaphone/base/nearest.h"

namespace megaphone::control {
namespace {

const std::array kCommands{&kCapture, &kList, &kReload, &kStatus};

// "did you mean X?", or all that there are.
std::string advice(std::string_view word, std::span<const std::string_view> known) {
  if (const auto meant = nearest(word, known)) return "did you mean " + std::string(*meant) + "?";
  if (known.empty()) return "it has none";
  std::string all;
  for (const std::string_view each : known) all.append(all.empty() ? "there are " : ", ").append(each);
  return all;
}

}  // namespace

void carryOut(const Request& request, Daemon& daemon, const Answer& answer) {
  std::vector<std::string_view> names;
  for (const Command* command : kCommands) names.push_back(command->name);
  const auto found = std::find(names.begin(), names.end(), request.command);
  if (found == names.end()) {
    return answer.failed(
        Mistake{"this daemon has no command \"" + request.command + "\"", advice(request.command, names)});
  }
  const Command& command = *kCommands[static_cast<std::size_t>(found - names.begin())];
  for (const auto& option : request.options) {
    const auto& known = command.options;
    if (std::find(known.begin(), known.end(), option.first) != known.end()) continue;
    return answer.failed(
        Mistake{request.command + " has no option \"" + option.first + "\"", advice(option.first, known)});
  }
  command.run(request, daemon, answer);
}

}  // namespace megaphone::control
