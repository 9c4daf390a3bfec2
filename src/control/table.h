// Table: rows of text under headings, as columns for people or with tabs for programs. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::control {

// How an answer is written; the option "form" of a request.
enum class Form : std::uint8_t {
  table,  // columns and short figures, for a terminal
  plain,  // tabs and exact figures
  json,
};

// "table" where nothing else is asked for.
std::variant<Form, Mistake> readForm(const Request& request);

class Table {
 public:
  enum class Align : std::uint8_t { left, right };
  struct Heading {
    std::string_view text;
    Align align = Align::left;
  };
  Table(Form form, std::vector<Heading> headings) : form_(form), headings_(std::move(headings)) {}

  // Control characters and the like are escaped. REQUIRES: as many cells as headings.
  void add(std::vector<std::string> cells);
  // The headings, and the rows; each line ended.
  std::string text() const;

  // A figure as this form has it.
  std::string bytes(std::uint64_t size) const;
  std::string duration(Duration duration) const;  // plain: seconds
  // Cut in a table where it is longer.
  std::string cut(const std::string& text, std::size_t most) const;

 private:
  Form form_;
  std::vector<Heading> headings_;
  std::vector<std::vector<std::string>> rows_;
};

// "1.5 MiB", "512 B"
std::string shortBytes(std::uint64_t size);
// "350ms", "12s", "3min 5s", "2h 10min", "4d 3h"
std::string shortDuration(Duration duration);

}  // namespace megaphone::control
