#include "option_nodes.h"

#include <algorithm>
#include <utility>

#include "megaphone/config/keys.h"

namespace megaphone::config {
namespace {

// Returns the member of that name, which begins as `kind`.
Node& member(Node& table, std::string_view key, Node::Kind kind) {
  for (Entry& entry : table.entries) {
    if (entry.key == key) return entry.value;
  }
  Node& out = table.entries.emplace_back(Entry{std::string(key), {}, {}}).value;
  out.kind = kind;
  return out;
}

Node textNode(const OptionValue& value) {
  Node out;
  out.kind = Node::Kind::text;
  out.option = value.option;
  out.text = value.text;
  return out;
}

// Adds a value; a second one of the same key makes a list of both.
void addValue(Node& table, const OptionValue& value) {
  if (!table.find(value.value.key)) {
    table.entries.push_back({std::string(value.value.key), {}, textNode(value)});
    return;
  }
  Node& there = member(table, value.value.key, Node::Kind::array);
  if (there.kind != Node::Kind::array) {
    Node list;
    list.kind = Node::Kind::array;
    list.option = value.option;
    list.elements.push_back(std::move(there));
    there = std::move(list);
  }
  there.elements.push_back(textNode(value));
}

bool isRepeated(std::string_view section) {
  return std::any_of(describe().begin(), describe().end(),
                     [&](const SectionInfo& each) { return each.repeated && each.name == section; });
}

Node& tableOf(Node& root, const ValueId& id) {
  if (!isRepeated(id.section)) return member(root, id.section, Node::Kind::table);
  std::vector<Node>& tables = member(root, id.section, Node::Kind::array).elements;
  if (tables.size() <= id.index) tables.resize(id.index + 1);
  return tables[id.index];
}

}  // namespace

Node nodesOf(std::span<const OptionValue> values) {
  Node root;
  for (const OptionValue& each : values) addValue(tableOf(root, each.value), each);
  return root;
}

}  // namespace megaphone::config
