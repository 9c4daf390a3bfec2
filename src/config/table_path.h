// TablePath: the name of a table, in the file and in a Provenance.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "megaphone/base/text.h"
#include "megaphone/config/provenance.h"

namespace megaphone::config {

struct TablePath {
  std::string header{};  // "proxy", "proxy.rule"; "" for the file as a whole
  bool repeated = false;
  std::string section{};  // of its values: "proxy", "proxy 0 rule"
  std::size_t index = 0;

  // REQUIRES: the id is used while this path lives.
  ValueId id(std::string_view key) const { return {section, index, key}; }
  // Returns "[proxy]" or "[[proxy]]".
  std::string text() const { return repeated ? concat("[[", header, "]]") : concat("[", header, "]"); }
  // Returns the path of the first table of that name inside of this one.
  TablePath inside(std::string_view name, bool many) const {
    if (header.empty()) return {std::string(name), many, std::string(name), 0};
    return {concat(header, ".", name), many, concat(section, " ", index, " ", name), 0};
  }
};

}  // namespace megaphone::config
