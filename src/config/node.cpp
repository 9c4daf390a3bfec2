#include "node.h"

#include <algorithm>

namespace megaphone::config {

const Entry* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::span<const Node> Node::list() const {
  if (kind == Kind::array) return elements;
  return {this, 1};
}

std::string_view kindText(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::text: return "a string";
    case Node::Kind::integer: return "a whole number";
    case Node::Kind::real: return "a number with a fraction";
    case Node::Kind::flag: return "true or false";
    case Node::Kind::date: return "a date or time";
    case Node::Kind::array: return "an array";
    case Node::Kind::table: return "a table";
  }
  return "a value";
}

}  // namespace megaphone::config
