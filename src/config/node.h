// Node: a value as it was written, with its place: in a file, or with an option of the command line. Rules read it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/provenance.h"

namespace megaphone::config {

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { text, integer, real, flag, date, array, table };

  Kind kind = Kind::table;
  Span span;
  std::string option;          // "--proxy", with which it was given; "" in a file
  std::string text;            // of a text
  std::int64_t integer = 0;    // of an integer
  bool flag = false;           // of a flag
  std::vector<Node> elements;  // of an array
  std::vector<Entry> entries;  // of a table, in the order of the file

  const Entry* find(std::string_view key) const;
  // Returns the elements of an array; for anything else, the node itself.
  std::span<const Node> list() const;
};

struct Entry {
  std::string key;
  Span key_span;
  Node value;
};

// Returns "a string", "a table", …
std::string_view kindText(Node::Kind kind);

}  // namespace megaphone::config
