// Bounds: what one value of a table cannot exceed because of another. What is written and cannot hold is an error; a
// default gives way without a word. What is written and cannot have an effect is a warning.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "document.h"
#include "megaphone/config/provenance.h"
#include "report.h"

namespace megaphone::config {

// One table of the file while it is read.
struct TableSite {
  std::string_view section;
  std::size_t index = 0;  // among those of its name
  const Node& node;
  const std::string& file;
  Provenance& provenance;
  Report& report;

  ValueId id(std::string_view key) const { return {section, index, key}; }
  void note(std::string_view key, const Span& where) const {
    provenance.set(id(key), file + ":" + std::to_string(where.begin.line));
  }
};

void applyBounds(const TableSite& site, UppercaseTcp& values);
void applyBounds(const TableSite& site, UppercaseUdp& values);
void applyBounds(const TableSite& site, Proxy& values);
void applyBounds(const TableSite& site, DaemonSettings& values);
void applyBounds(const TableSite& site, Control& values);
void applyBounds(const TableSite& site, Log& values);
void applyBounds(const TableSite& site, AccessLog& values);
void applyBounds(const TableSite& site, Dns& values);

}  // namespace megaphone::config
