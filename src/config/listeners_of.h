// Values and listeners of a file, for checks that look at several of them.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "document.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/config/provenance.h"

namespace megaphone::config {

struct ListenerKind {
  std::string_view section;
  Transport transport;
};
inline constexpr std::array<ListenerKind, 3> kListenerKinds{
    {{"uppercase_tcp", Transport::tcp}, {"uppercase_udp", Transport::udp}, {"proxy", Transport::tcp}}};

// Calls visit(kind, table) for every listener, in the order of the file within each kind.
template <class Visit>
void forEachListener(const Node& root, Visit visit) {
  for (const ListenerKind& kind : kListenerKinds) {
    const Entry* entry = root.find(kind.section);
    if (!entry) continue;
    for (const Node& element : entry->value.elements) visit(kind, element);
  }
}

// The value of the file with this id; null for none.
inline const Node* valueAt(const Node& root, const ValueId& id) {
  const Entry* section = id.key.empty() ? nullptr : root.find(id.section);
  if (!section || id.index >= section->value.list().size()) return nullptr;
  const Entry* entry = section->value.list()[id.index].find(id.key);
  return entry ? &entry->value : nullptr;
}

inline bool before(const Position& a, const Position& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

// "line 3, column 10"
inline std::string place(const Position& position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

}  // namespace megaphone::config
