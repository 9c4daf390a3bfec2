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

const Node* valueAt(const Node& root, std::string_view section, std::string_view key) {
  const Entry* entry = root.find(section);
  const Entry* value = entry ? entry->value.find(key) : nullptr;
  return value ? &value->value : nullptr;
}

// The value in the file that asks for the most descriptors; null when all of them are defaults.
const Node* greediest(const Node& root) {
  const Node* out = valueAt(root, "daemon", "max_idle_origins");
  forEachListener(root, [&](const Kind&, const Node& table) {
    const Entry* entry = table.find("max_connections");
    if (entry && (!out || entry->value.integer > out->integer)) out = &entry->value;
  });
  return out;
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

void checkSomethingListens(const Node& root, Report& report) {
  for (const Kind& kind : kKinds) {
    const Entry* entry = root.find(kind.section);
    // A section of the wrong form has its own problem.
    if (entry && (entry->value.kind != Node::Kind::array || !entry->value.elements.empty())) return;
  }
  report.add("no listener is configured", "two lines are enough: [[proxy]] and listen = \"127.0.0.1:3128\"");
}

void checkLogFiles(const Node& root, const Settings& settings, Report& report) {
  const std::string& path = settings.access_log.path;
  if (path != settings.log.path || !path.starts_with('/')) return;
  const Node* here = valueAt(root, "access_log", "path");
  const Node* there = valueAt(root, "log", "path");
  if (!here || !there) return;
  report.add(here->span, "the access log cannot go to the file of the daemon's log",
             "that path stands at " + place(there->span.begin) + "; give one of them a file of its own");
}

void checkLookups(const Node& root, const Settings& settings, Report& report) {
  Duration longest = Duration::zero();
  for (const Proxy& proxy : settings.proxies) longest = std::max(longest, proxy.connect_timeout);
  const Duration lookup = settings.dns.timeout * settings.dns.tries;
  if (settings.proxies.empty() || lookup <= longest) return;
  const Node* timeout = valueAt(root, "dns", "timeout");
  const Node* where = timeout ? timeout : valueAt(root, "dns", "tries");
  if (!where) return;
  report.warn(where->span,
              "the last tries are never made: timeout = \"" + durationText(settings.dns.timeout) +
                  "\" and tries = " + std::to_string(settings.dns.tries) + " take " + durationText(lookup) +
                  ", and no proxy waits longer than \"" + durationText(longest) + "\"",
              "lower them, or raise connect_timeout in [[proxy]]");
}

void checkDescriptors(const Node& root, const Settings& settings, const Machine& machine, Report& report) {
  const DescriptorNeed need = descriptorNeed(settings, machine.cpus);
  if (machine.descriptors == 0 || need.total() <= machine.descriptors) return;
  const std::string message = "the limits add up to " + std::to_string(need.total()) +
                              " descriptors, and this process may have " + std::to_string(machine.descriptors) + ": " +
                              need.sum();
  constexpr std::string_view kHelp =
      "raise the hard limit (LimitNOFILE= of the unit, ulimit -Hn), or lower max_connections";
  if (const Node* where = greediest(root)) {
    report.warn(where->span, message, std::string(kHelp));
  } else {
    report.warn(message, std::string(kHelp));
  }
}

}  // namespace megaphone::config
