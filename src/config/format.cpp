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

// Blanks up to the column, tabs kept so that the carets stand under the value whatever a tab is worth; then carets.
std::string underline(const Problem& problem, const Excerpt& excerpt) {
  const std::size_t before = columnsBefore(problem) - excerpt.skipped;
  std::string out;
  for (const char c : std::string_view(excerpt.shown).substr(0, columns::offset(excerpt.shown, before))) {
    if (columns::startsCharacter(c)) out += c == '\t' ? '\t' : ' ';
  }
  const std::size_t width = columns::count(excerpt.shown);
  const std::size_t room = width > before ? width - before : 1;
  return out.append(std::min<std::size_t>(problem.length, room), '^');
}

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

std::string format(const Problem& problem, const std::string& file) {
  std::string out = harmless(placeOf(problem, file));
  out += problem.severity == Problem::Severity::warning ? ": warning: " : ": error: ";
  out += harmless(problem.message) + "\n";
  if (problem.position.line > 0) {
    const Excerpt excerpt = cut(problem);
    const std::string number = std::to_string(problem.position.line);
    const std::string gutter(number.size() < 5 ? 5 - number.size() : 0, ' ');
    out += gutter + number + " | " + excerpt.shown + "\n";
    out += std::string(gutter.size() + number.size(), ' ') + " | " + underline(problem, excerpt) + "\n";
  }
  if (!problem.help.empty()) out += "help: " + harmless(problem.help) + "\n";
  return out;
}

}  // namespace megaphone::config
