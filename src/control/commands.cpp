#include <algorithm>
#include <array>
#include <vector>

#include "command.h"
#include "megaphone/base/nearest.h"
#include "megaphone/base/text.h"
#include "megaphone/command/commands.h"

namespace megaphone::control {
namespace {

const std::array kCommands{&kCapture, &kList, &kReload, &kStatus};

template <class Rows>
std::vector<std::string_view> namesOf(const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

// "did you mean X?", or all that there are.
std::string advice(std::string_view word, std::vector<std::string_view> known) {
  if (const auto meant = nearest(word, known)) return concat("did you mean ", *meant, "?");
  if (known.empty()) return "it has none";
  std::sort(known.begin(), known.end());
  return concat("there are ", joined(known, ", "));
}

}  // namespace

void carryOut(const Request& request, Daemon& daemon, const Answer& answer) {
  const command::Command* row = command::find(request.command);
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const Command* each) { return each->name == request.command; });
  if (!row || found == kCommands.end()) {
    return answer.failed(Mistake{concat("this daemon has no command \"", request.command, "\""),
                                 advice(request.command, namesOf(command::all()))});
  }
  for (const auto& option : request.options) {
    if (row->option(option.first)) continue;
    return answer.failed(Mistake{concat(request.command, " has no option \"", option.first, "\""),
                                 advice(option.first, namesOf(row->options))});
  }
  (*found)->run(request, daemon, answer);
}

}  // namespace megaphone::control
