// TableReader: the part of reading a table that is the same for all: origins and reports.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/keys.h"
#include "megaphone/config/provenance.h"
#include "node.h"
#include "report.h"
#include "rules.h"
#include "table_path.h"

namespace megaphone::config {

class TableReader {
 public:
  // REQUIRES: all outlive the reader. `file`: as written in origins.
  TableReader(const std::string& file, Provenance& provenance, Report& report)
      : file_(file), provenance_(provenance), report_(report) {}

  // Returns whether the key is for operators' own notes and tools.
  static bool isReserved(std::string_view key) { return key.starts_with("x-"); }

  // Returns the site of a value: messages name its option, or the key.
  Site site(std::string_view key, const Node& value) const {
    return {value.option.empty() ? key : std::string_view(value.option), value, report_};
  }
  void note(const ValueId& id, const Node& value, bool good, std::vector<Span> places = {}) const;

  // Report what is wrong with the form of an entry, and return whether nothing is.
  bool isOneTable(const TablePath& path, const Entry& entry) const;
  bool areTables(const TablePath& path, const Entry& entry) const;
  bool isElement(const TablePath& path, const Node& element) const;

  void refuseMissing(const TablePath& path, const Node& table, std::string_view key) const;
  // `describe`: the section in which the entry is unknown.
  void refuseUnknown(const TablePath& path, const Entry& entry, const std::function<SectionInfo()>& describe) const;

 private:
  void refuseForm(const TablePath& path, const Entry& entry, std::string message, std::string help) const;

  const std::string& file_;
  Provenance& provenance_;
  Report& report_;
};

}  // namespace megaphone::config
