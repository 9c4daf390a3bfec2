// Report: collects the problems of one file while it is read, each with its line and underline. However many there are,
// and however long the lines, it stays small.
#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "document.h"
#include "megaphone/config/load.h"

namespace megaphone::config {

class Report {
 public:
  static constexpr std::size_t kMost = 100;  // problems of one severity; more are only counted

  // REQUIRES: `text` outlives the report.
  explicit Report(std::string_view text);

  void add(const Span& where, std::string message, std::string help = {});
  void warn(const Span& where, std::string message, std::string help = {});
  // About the whole file.
  void add(std::string message, std::string help = {});
  void warn(std::string message, std::string help = {});
  void note(std::string message, std::string help = {});
  bool hasErrors() const { return countOf(Problem::Severity::error) > 0; }
  // Whether another error is only counted, so that no advice needs to be found for it.
  bool isFull() const { return countOf(Problem::Severity::error) >= kMost; }

  // From now on nothing is told about that line: it has its problem already.
  void silence(std::uint32_t line) { silent_.insert(line); }
  // A part of the file could not be read: that something is missing means nothing.
  void missesParts() { misses_parts_ = true; }
  bool hasAllParts() const { return !misses_parts_; }

  // Sorted by position; warnings and notes about the whole file last, and how many problems have no place here. Empty
  // afterwards.
  std::vector<Problem> take();

 private:
  std::size_t countOf(Problem::Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }
  std::string_view line(std::uint32_t number) const;
  void place(const Span& where, Problem& problem) const;
  void tell(Problem::Severity severity, const Span* where, std::string message, std::string help);

  std::string_view text_;
  std::vector<std::size_t> begins_;  // of each line
  std::vector<Problem> problems_;
  std::array<std::size_t, 3> counts_{};  // of each severity, those that are only counted included
  std::set<std::uint32_t> silent_;
  bool misses_parts_ = false;
};

}  // namespace megaphone::config
