#include <algorithm>

#include "columns.h"
#include "megaphone/base/escaped.h"
#include "megaphone/base/text.h"
#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

// Returns how many characters of the excerpt are in front of the underlined part.
std::size_t columnsBefore(const Problem& problem) {
  return problem.position.column > problem.skipped ? problem.position.column - 1 - problem.skipped : 0;
}

// Returns blanks up to the column. Tabs are kept, so that the carets stand under the value however wide a tab is shown.
std::string blanksBefore(const Problem& problem, std::string_view shown) {
  std::string out;
  for (const char c : shown.substr(0, columns::offset(shown, columnsBefore(problem)))) {
    if (columns::startsCharacter(c)) out += c == '\t' ? '\t' : ' ';
  }
  return out;
}

std::string carets(const Problem& problem, std::string_view shown) {
  const std::size_t before = columnsBefore(problem);
  const std::size_t width = columns::count(shown);
  const std::size_t room = width > before ? width - before : 1;
  return std::string(std::min<std::size_t>(problem.length, room), '^');
}

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kMagenta = "\x1b[1;35m";
constexpr std::string_view kCyan = "\x1b[1;36m";

struct Brush {
  Paint paint;
  std::string operator()(std::string_view colour, std::string_view text) const {
    if (paint == Paint::plain) return std::string(text);
    return concat(colour, text, "\x1b[0m");
  }
};

std::string placeOf(const Problem& problem, const std::string& file) {
  if (problem.position.line == 0) return file;
  return concat(file, ":", problem.position.line, ":", problem.position.column);
}

struct Head {
  std::string_view word;
  std::string_view tone;
};

Head headOf(Problem::Severity severity) {
  switch (severity) {
    case Problem::Severity::error: return {"error:", kRed};
    case Problem::Severity::warning: return {"warning:", kMagenta};
    case Problem::Severity::note: break;
  }
  return {"note:", kCyan};
}

}  // namespace

std::string summary(const Problem& problem, const std::string& file) {
  const std::string help = problem.help.empty() ? "" : concat(" (", problem.help, ")");
  return masked(concat(placeOf(problem, file), ": ", problem.message, help));
}

std::string format(const Problem& problem, const std::string& file, Paint paint) {
  const Brush brush{paint};
  const auto [word, tone] = headOf(problem.severity);
  std::string out = concat(brush(kBold, masked(placeOf(problem, file)) + ":"), " ", brush(tone, word), " ",
                           brush(kBold, masked(problem.message)), "\n");
  if (problem.position.line > 0) {
    const std::string shown = masked(problem.excerpt);
    const std::string number = std::to_string(problem.position.line);
    const std::string gutter(number.size() < 5 ? 5 - number.size() : 0, ' ');
    const std::string margin(gutter.size() + number.size(), ' ');
    out += concat(gutter, number, " | ", shown, "\n");
    out += concat(margin, " | ", blanksBefore(problem, shown), brush(tone, carets(problem, shown)), "\n");
  }
  if (!problem.help.empty()) out += concat(brush(kCyan, "help:"), " ", masked(problem.help), "\n");
  return out;
}

}  // namespace megaphone::config
