#include "checks.h"

#include <algorithm>
#include <array>
#include <map>

#include "megaphone/config/units.h"

namespace megaphone::config {
namespace {

struct Kind {
  std::string_view section;
  bool tcp;
};
constexpr std::array<Kind, 3> kKinds{{{"uppercase_tcp", true}, {"uppercase_udp", false}, {"proxy", true}}};

// Calls visit(kind, table) for every listener, in the order of the file within each kind.
template <class Visit>
void forEachListener(const Node& root, Visit visit) {
  for (const Kind& kind : kKinds) {
    const Entry* entry = root.find(kind.section);
    if (!entry) continue;
    for (const Node& element : entry->value.elements) visit(kind, element);
  }
}

std::string place(const Position& position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

bool before(const Position& a, const Position& b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

struct Address {
  Endpoint endpoint;
  bool tcp;
  Span span;
};

std::vector<Address> addresses(const Node& root) {
  std::vector<Address> out;
  forEachListener(root, [&](const Kind& kind, const Node& table) {
    const Entry* listen = table.find("listen");
    if (!listen) return;
    for (const Node& node : listen->value.list()) {
      if (const auto endpoint = Endpoint::parse(node.text)) out.push_back({*endpoint, kind.tcp, node.span});
    }
  });
  return out;
}

bool collide(const Address& a, const Address& b) {
  if (a.tcp != b.tcp || a.endpoint.port == 0 || a.endpoint.port != b.endpoint.port) return false;
  const IpAddress& x = a.endpoint.address;
  const IpAddress& y = b.endpoint.address;
  return x == y || (x.family() == y.family() && (x.isUnspecified() || y.isUnspecified()));
}

}  // namespace

void checkNames(const Node& root, Report& report) {
  std::vector<const Node*> names;
  forEachListener(root, [&](const Kind&, const Node& table) {
    const Entry* name = table.find("name");
    if (name && name->value.kind == Node::Kind::text) names.push_back(&name->value);
  });
  std::sort(names.begin(), names.end(),
            [](const Node* a, const Node* b) { return before(a->span.begin, b->span.begin); });
  std::map<std::string_view, const Node*> first;
  for (const Node* name : names) {
    const auto [found, added] = first.emplace(name->text, name);
    if (added) continue;
    report.add(name->span, "the name \"" + name->text + "\" is taken by another listener",
               "it stands at " + place(found->second->span.begin) + " already");
  }
}

void checkAddresses(const Node& root, Report& report) {
  std::vector<Address> all = addresses(root);
  std::sort(all.begin(), all.end(),
            [](const Address& a, const Address& b) { return before(a.span.begin, b.span.begin); });
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!collide(all[j], all[i])) continue;
      const bool same = all[i].endpoint == all[j].endpoint;
      report.add(all[i].span,
                 all[i].endpoint.text() + (all[i].tcp ? " (TCP)" : " (UDP)") + " is taken by another listen" +
                     (same ? "" : ", " + all[j].endpoint.text()),
                 "it stands at " + place(all[j].span.begin) + " already");
      break;
    }
  }
}

void checkBounds(const Node& root, const Settings& settings, Report& report) {
  const Entry* section = root.find("dns");
  if (!section || settings.dns.min_ttl <= settings.dns.max_ttl) return;
  const Entry* max = section->value.find("max_ttl");
  const Entry* place = max ? max : section->value.find("min_ttl");
  if (!place) return;
  report.add(place->value.span,
             "min_ttl, " + durationText(settings.dns.min_ttl) + ", is longer than max_ttl, " +
                 durationText(settings.dns.max_ttl),
             max ? "" : "max_ttl has its default; write both");
}

void checkSomethingListens(const Node& root, Report& report) {
  for (const Kind& kind : kKinds) {
    const Entry* entry = root.find(kind.section);
    // A section of the wrong form has its own problem.
    if (entry && (entry->value.kind != Node::Kind::array || !entry->value.elements.empty())) return;
  }
  report.add("no listener is configured", "two lines are enough: [[proxy]] and listen = \"127.0.0.1:3128\"");
}

}  // namespace megaphone::config
