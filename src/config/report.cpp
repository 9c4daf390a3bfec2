#include "report.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "columns.h"

namespace megaphone::config {

std::string_view Report::line(std::uint32_t number) const {
  std::string_view rest = text_;
  for (std::uint32_t n = 1; n < number; ++n) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

void Report::tell(Problem::Severity severity, const Span* where, std::string message, std::string help) {
  if (where && silent_.contains(where->begin.line)) return;
  Problem problem;
  problem.severity = severity;
  problem.message = std::move(message);
  problem.help = std::move(help);
  if (where) {
    problem.position = where->begin;
    problem.excerpt = std::string(line(where->begin.line));
    const auto behind = static_cast<std::uint32_t>(columns::count(problem.excerpt)) + 1;
    // toml++ counts a line's end as a column when the file is over.
    problem.position.column = std::min(where->begin.column, behind);
    // What goes on in the next line is underlined to the end of this one.
    const std::uint32_t end = where->end.line != where->begin.line ? behind : where->end.column;
    problem.length = end > problem.position.column ? end - problem.position.column : 1;
  }
  problems_.push_back(std::move(problem));
}

void Report::add(const Span& where, std::string message, std::string help) {
  tell(Problem::Severity::error, &where, std::move(message), std::move(help));
}

void Report::warn(const Span& where, std::string message, std::string help) {
  tell(Problem::Severity::warning, &where, std::move(message), std::move(help));
}

void Report::add(std::string message, std::string help) {
  tell(Problem::Severity::error, nullptr, std::move(message), std::move(help));
}

void Report::warn(std::string message, std::string help) {
  tell(Problem::Severity::warning, nullptr, std::move(message), std::move(help));
}

bool Report::hasErrors() const {
  return std::any_of(problems_.begin(), problems_.end(),
                     [](const Problem& problem) { return problem.severity == Problem::Severity::error; });
}

// A warning about the whole file comes last: what is wrong in it is urgent.
std::vector<Problem> Report::take() {
  const auto last = [](const Problem& p) { return p.position.line == 0 && p.severity == Problem::Severity::warning; };
  std::stable_sort(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) {
    return std::tuple(last(a), a.position.line, a.position.column) <
           std::tuple(last(b), b.position.line, b.position.column);
  });
  return std::exchange(problems_, {});
}

}  // namespace megaphone::config
