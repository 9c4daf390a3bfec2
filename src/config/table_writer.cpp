#include "table_writer.h"

#include <algorithm>

#include "megaphone/base/escaped.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kWidest = 56;  // a longer value moves its own comment only

}  // namespace

void TableWriter::begin(const TablePath& path) { out_ += concat(out_.empty() ? "" : "\n", path.text(), "\n"); }

void TableWriter::add(const ValueId& id, const std::string& value) {
  lines_.push_back({concat(id.key, " = ", value), provenance_ ? std::string(provenance_->of(id)) : ""});
}

void TableWriter::end() {
  std::size_t width = 0;
  for (const Line& line : lines_) {
    if (line.assignment.size() <= kWidest) width = std::max(width, line.assignment.size());
  }
  for (const Line& line : lines_) {
    out_ += line.assignment;
    if (!line.origin.empty()) {
      out_.append(line.assignment.size() < width ? width - line.assignment.size() : 0, ' ');
      out_ += "  # " + masked(line.origin);
    }
    out_ += "\n";
  }
  lines_.clear();
}

}  // namespace megaphone::config
