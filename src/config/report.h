// Report: collects the problems of one configuration while it is read and checked, each with its line and what is
// underlined there. It stays small, however many problems there are and however long the lines.
#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/load.h"
#include "megaphone/config/provenance.h"

namespace megaphone::config {

class Report {
 public:
  static constexpr std::size_t kMost = 100;  // problems of one severity; more are only counted

  // REQUIRES: `text` outlives the report.
  explicit Report(std::string_view text);

  // Report a problem at its place, or about the whole file where that is nowhere in it (a default, an option).
  void error(const Span& where, std::string message, std::string help = {});
  void warn(const Span& where, std::string message, std::string help = {});
  void note(std::string message, std::string help = {});
  bool hasErrors() const { return countOf(Problem::Severity::error) > 0; }
  // Returns whether another error would only be counted, so that no advice needs to be found for it.
  bool isFull() const { return countOf(Problem::Severity::error) >= kMost; }

  // Reports nothing about that line from now on: it has a problem already.
  void silence(std::uint32_t line) { silent_.insert(line); }
  // Notes that a part of the file could not be read, so that missing keys mean nothing.
  void missesParts() { misses_parts_ = true; }
  bool hasAllParts() const { return !misses_parts_; }

  // Returns the problems sorted by position; warnings and notes about the whole file come last, and how many more there
  // were. The report is empty afterwards.
  std::vector<Problem> take();

 private:
  std::size_t countOf(Problem::Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }
  std::string_view line(std::uint32_t number) const;
  void place(const Span& where, Problem& problem) const;
  void add(Problem::Severity severity, const Span& where, std::string message, std::string help);

  std::string_view text_;
  std::vector<std::size_t> begins_;  // of each line
  std::vector<Problem> problems_;
  std::array<std::size_t, 3> counts_{};  // of each severity, those that are only counted included
  std::set<std::uint32_t> silent_;
  bool misses_parts_ = false;
};

}  // namespace megaphone::config
