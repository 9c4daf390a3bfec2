// TableWriter: tables as the text of a file, with the origin of each value as a comment if wanted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "megaphone/config/provenance.h"
#include "table_path.h"

namespace megaphone::config {

class TableWriter {
 public:
  // `provenance`: null for no comments; outlives the writer.
  explicit TableWriter(const Provenance* provenance) : provenance_(provenance) {}

  // Begins a table; its values follow, and the tables inside of it come behind end().
  void begin(const TablePath& path);
  // Adds a value, as written in the file.
  void add(const ValueId& id, const std::string& value);
  void end();

  std::string take() { return std::move(out_); }

 private:
  struct Line {
    std::string assignment;
    std::string origin;
  };

  const Provenance* provenance_;
  std::vector<Line> lines_;
  std::string out_;
};

}  // namespace megaphone::config
