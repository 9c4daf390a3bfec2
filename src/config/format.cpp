#include <algorithm>

#include "columns.h"
#include "harmless.h"
#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kWindow = 100;  // characters of a long line that are shown
constexpr std::size_t kBefore = 40;   // of them in front of the underlined part

std::size_t columnsBefore(const Problem& problem) {
  return problem.position.column > 0 ? problem.position.column - 1 : 0;
}

struct Excerpt {
  std::string shown;
  std::size_t skipped = 0;  // characters cut off in front
};

Excerpt cut(const Problem& problem) {
  const std::size_t total = columns::count(problem.excerpt);
  const std::size_t before = columnsBefore(problem);
  Excerpt out;
  if (total > kWindow && before > kBefore) out.skipped = before - kBefore;
  const std::size_t begin = columns::offset(problem.excerpt, out.skipped);
  const std::size_t end = columns::offset(problem.excerpt, out.skipped + kWindow);
  out.shown = harmless(std::string_view(problem.excerpt).substr(begin, end - begin));
  return out;
}

// Blanks up to the column, tabs kept so that the carets stand under the value whatever a tab is worth.
std::string blanksBefore(const Problem& problem, const Excerpt& excerpt) {
  const std::size_t before = columnsBefore(problem) - excerpt.skipped;
  std::string out;
  for (const char c : std::string_view(excerpt.shown).substr(0, columns::offset(excerpt.shown, before))) {
    if (columns::startsCharacter(c)) out += c == '\t' ? '\t' : ' ';
  }
  return out;
}

std::string carets(const Problem& problem, const Excerpt& excerpt) {
  const std::size_t before = columnsBefore(problem) - excerpt.skipped;
  const std::size_t width = columns::count(excerpt.shown);
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
    return std::string(colour).append(text).append("\x1b[0m");
  }
};

std::string placeOf(const Problem& problem, const std::string& file) {
  if (problem.position.line == 0) return file;
  return file + ":" + std::to_string(problem.position.line) + ":" + std::to_string(problem.position.column);
}

}  // namespace

std::string summary(const Problem& problem, const std::string& file) {
  std::string out = placeOf(problem, file) + ": " + problem.message;
  if (!problem.help.empty()) out += " (" + problem.help + ")";
  return harmless(out);
}

std::string format(const Problem& problem, const std::string& file, Paint paint) {
  const bool warning = problem.severity == Problem::Severity::warning;
  const Brush brush{paint};
  const std::string_view tone = warning ? kMagenta : kRed;
  std::string out = brush(kBold, harmless(placeOf(problem, file)) + ":") + " ";
  out += brush(tone, warning ? "warning:" : "error:") + " " + brush(kBold, harmless(problem.message)) + "\n";
  if (problem.position.line > 0) {
    const Excerpt excerpt = cut(problem);
    const std::string number = std::to_string(problem.position.line);
    const std::string gutter(number.size() < 5 ? 5 - number.size() : 0, ' ');
    out += gutter + number + " | " + excerpt.shown + "\n";
    out += std::string(gutter.size() + number.size(), ' ') + " | " + blanksBefore(problem, excerpt) +
           brush(tone, carets(problem, excerpt)) + "\n";
  }
  if (!problem.help.empty()) out += brush(kCyan, "help:") + " " + harmless(problem.help) + "\n";
  return out;
}

}  // namespace megaphone::config
