#include "table.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "megaphone/base/ascii.h"
#include "megaphone/base/escaped.h"
#include "megaphone/base/utf8.h"

namespace megaphone::control {
namespace {

// Characters, which is what a terminal counts for most texts.
std::size_t widthOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string tenths(std::uint64_t value, std::uint64_t unit) {
  const std::uint64_t all = (value * 10 + unit / 2) / unit;
  return std::to_string(all / 10) + '.' + std::to_string(all % 10);
}

}  // namespace

std::variant<Form, Mistake> readForm(const Request& request) {
  const std::string form = request.option("form").value_or("table");
  if (form == "table") return Form::table;
  if (form == "plain") return Form::plain;
  if (form == "json") return Form::json;
  return Mistake{"there is no form \"" + form + "\"", "there are table, plain, json"};
}

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == headings_.size());
  for (std::string& cell : cells) cell = escaped(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const Heading& heading : headings_) widths.push_back(widthOf(heading.text));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], widthOf(row[i]));
  }
  std::string out;
  const auto append = [&](std::size_t i, std::string_view cell) {
    if (form_ == Form::plain) return void(out.append(i > 0 ? "\t" : "").append(cell));
    const std::string space(widths[i] - widthOf(cell), ' ');
    const bool right = headings_[i].align == Align::right;
    if (i > 0) out += "  ";
    out.append(right ? space : "").append(cell);
    if (!right && i + 1 < headings_.size()) out += space;
  };
  for (std::size_t i = 0; i < headings_.size(); ++i) append(i, headings_[i].text);
  out += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) append(i, row[i]);
    out += '\n';
  }
  return out;
}

std::string Table::bytes(std::uint64_t size) const {
  return form_ == Form::plain ? std::to_string(size) : shortBytes(size);
}

std::string Table::duration(Duration duration) const {
  if (form_ != Form::plain) return shortDuration(duration);
  const auto ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  std::string out = std::to_string(ms / 1000) + '.';
  ascii::appendPadded(out, ms % 1000, 3);
  return out;
}

std::string Table::cut(const std::string& text, std::size_t most) const {
  if (form_ == Form::plain || widthOf(text) <= most) return text;
  std::size_t end = 0;
  for (std::size_t width = 0; width < most - 1; ++width)
    end += std::max<std::size_t>(utf8Length(std::string_view(text).substr(end)), 1);
  return text.substr(0, end) + "\u2026";
}

std::string shortBytes(std::uint64_t size) {
  constexpr std::array<std::string_view, 5> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (size < 1024) return std::to_string(size) + " B";
  std::size_t unit = 0;
  std::uint64_t one = 1024;
  while (size / one >= 1000 && unit + 1 < kUnits.size()) {
    one *= 1024;
    ++unit;
  }
  return (size / one >= 100 ? std::to_string(size / one) : tenths(size, one)) + ' ' + std::string(kUnits[unit]);
}

std::string shortDuration(Duration duration) {
  using namespace std::chrono;
  const auto two = [](auto large, std::string_view largeUnit, auto small, std::string_view smallUnit) {
    std::string out = std::to_string(large) + std::string(largeUnit);
    if (small > 0) out += ' ' + std::to_string(small) + std::string(smallUnit);
    return out;
  };
  const auto ms = duration_cast<milliseconds>(duration).count();
  const auto s = ms / 1000;
  if (s < 1) return std::to_string(ms) + "ms";
  if (s < 60) return std::to_string(s) + "s";
  if (s < 3600) return two(s / 60, "min", s % 60, "s");
  if (s < 86400) return two(s / 3600, "h", s / 60 % 60, "min");
  return two(s / 86400, "d", s / 3600 % 24, "h");
}

}  // namespace megaphone::control
