// Document: the text of a file as a tree in which everything has its place. Only document.cpp knows toml++.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/settings.h"

namespace megaphone::config {

struct Span {
  Position begin;
  Position end;  // one behind the last character; columns count characters, not bytes
};

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { text, integer, real, flag, date, array, table };

  Kind kind = Kind::table;
  Span span;
  std::string text;            // of a text
  std::int64_t integer = 0;    // of an integer
  bool flag = false;           // of a flag
  std::vector<Node> elements;  // of an array
  std::vector<Entry> entries;  // of a table, in the order of the file

  const Entry* find(std::string_view key) const;
  // The elements of an array; of anything else, itself.
  std::span<const Node> list() const;
};

struct Entry {
  std::string key;
  Span key_span;
  Node value;
};

// "a string", "a table", …
std::string_view kindText(Node::Kind kind);

struct Document {
  std::optional<Node> root;  // a table; nothing when the text is not TOML
  Span error_span;
  std::string error;
  bool too_deep = false;  // it is TOML so far, but nested deeper than anybody needs
};

Document readDocument(std::string_view text);

}  // namespace megaphone::config
