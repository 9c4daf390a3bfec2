// Report: collects the problems of one file while it is read, each with its line and underline.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "document.h"
#include "megaphone/config/load.h"

namespace megaphone::config {

class Report {
 public:
  // REQUIRES: `text` outlives the report.
  explicit Report(std::string_view text) : text_(text) {}

  void add(const Span& where, std::string message, std::string help = {});
  void warn(const Span& where, std::string message, std::string help = {});
  // About the whole file.
  void add(std::string message, std::string help = {});
  void warn(std::string message, std::string help = {});
  bool hasErrors() const;

  // From now on nothing is told about that line: it has its problem already.
  void silence(std::uint32_t line) { silent_.insert(line); }
  // A part of the file could not be read: that something is missing means nothing.
  void missesParts() { misses_parts_ = true; }
  bool hasAllParts() const { return !misses_parts_; }

  // Sorted by position, warnings about the whole file last; empty afterwards.
  std::vector<Problem> take();

 private:
  std::string_view line(std::uint32_t number) const;
  void tell(Problem::Severity severity, const Span* where, std::string message, std::string help);

  std::string_view text_;
  std::vector<Problem> problems_;
  std::set<std::uint32_t> silent_;
  bool misses_parts_ = false;
};

}  // namespace megaphone::config
