#include "report.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "columns.h"
#include "megaphone/base/text.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kLongestText = 600;  // bytes of a message or an advice, which may quote a value of any length
constexpr std::size_t kWindow = 100;       // characters of a long line that are kept
constexpr std::size_t kBefore = 40;        // of them in front of the underlined part

// Takes the middle out of a long text.
std::string shorten(std::string text) {
  if (text.size() <= kLongestText) return text;
  std::size_t from = kLongestText / 2;
  while (from > 0 && !columns::startsCharacter(text[from])) --from;
  std::size_t to = text.size() - kLongestText / 4;
  while (to < text.size() && !columns::startsCharacter(text[to])) ++to;
  return text.replace(from, to - from, "…");
}

}  // namespace

Report::Report(std::string_view text) : text_(text), begins_{0} {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    begins_.push_back(end + 1);
  }
}

std::string_view Report::line(std::uint32_t number) const {
  if (number == 0 || number > begins_.size()) return {};
  const std::size_t begin = begins_[number - 1];
  const std::size_t end = number < begins_.size() ? begins_[number] - 1 : text_.size();
  std::string_view out = text_.substr(begin, end - begin);
  if (out.ends_with('\r')) out.remove_suffix(1);
  return out;
}

void Report::place(const Span& where, Problem& problem) const {
  const std::string_view whole = line(where.begin.line);
  const auto behind = static_cast<std::uint32_t>(columns::count(whole)) + 1;
  // toml++ counts a line's end as a column when the file is over.
  problem.position = {where.begin.line, std::min(where.begin.column, behind)};
  // A value over several lines is underlined to the end of its first one.
  const std::uint32_t end = where.end.line != where.begin.line ? behind : where.end.column;
  problem.length = end > problem.position.column ? end - problem.position.column : 1;
  const std::size_t before = problem.position.column > 0 ? problem.position.column - 1 : 0;
  problem.skipped = behind - 1 > kWindow && before > kBefore ? static_cast<std::uint32_t>(before - kBefore) : 0;
  const std::size_t begin = columns::offset(whole, problem.skipped);
  problem.excerpt = std::string(whole.substr(begin, columns::offset(whole.substr(begin), kWindow)));
}

void Report::add(Problem::Severity severity, const Span& where, std::string message, std::string help) {
  const bool placed = where.begin.line > 0;
  if (placed && silent_.contains(where.begin.line)) return;
  if (++counts_[static_cast<std::size_t>(severity)] > kMost) return;
  Problem problem;
  problem.severity = severity;
  problem.message = shorten(std::move(message));
  problem.help = shorten(std::move(help));
  if (placed) place(where, problem);
  problems_.push_back(std::move(problem));
}

void Report::error(const Span& where, std::string message, std::string help) {
  add(Problem::Severity::error, where, std::move(message), std::move(help));
}

void Report::warn(const Span& where, std::string message, std::string help) {
  add(Problem::Severity::warning, where, std::move(message), std::move(help));
}

void Report::note(std::string message, std::string help) {
  add(Problem::Severity::note, {}, std::move(message), std::move(help));
}

// A warning about the whole file comes last, behind what is more urgent.
std::vector<Problem> Report::take() {
  const std::size_t untold = std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}) - problems_.size();
  if (untold > 0) note(concat(untold, " more problems are not shown"), "fix these first");
  const auto last = [](const Problem& p) { return p.position.line == 0 && p.severity != Problem::Severity::error; };
  std::stable_sort(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) {
    return std::tuple(last(a), a.position.line, a.position.column) <
           std::tuple(last(b), b.position.line, b.position.column);
  });
  counts_ = {};
  return std::exchange(problems_, {});
}

}  // namespace megaphone::config
