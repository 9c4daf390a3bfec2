#include "checks.h"

#include <algorithm>
#include <map>

#include "listeners_of.h"
#include "megaphone/config/descriptors.h"
#include "megaphone/config/units.h"

namespace megaphone::config {
namespace {

// The value in the file that asks for the most descriptors; null when all of them are defaults.
const Node* greediest(const Node& root) {
  const Node* out = valueAt(root, {"daemon", 0, "max_idle_origins"});
  forEachListener(root, [&](const ListenerKind&, const Node& table) {
    const Entry* entry = table.find("max_connections");
    if (entry && (!out || entry->value.integer > out->integer)) out = &entry->value;
  });
  return out;
}

// In the order of the file.
void sortByPlace(std::vector<const Node*>& nodes) {
  std::sort(nodes.begin(), nodes.end(),
            [](const Node* a, const Node* b) { return before(a->span.begin, b->span.begin); });
}

}  // namespace

void checkNames(const Node& root, Report& report) {
  std::vector<const Node*> names;
  forEachListener(root, [&](const ListenerKind&, const Node& table) {
    const Entry* name = table.find("name");
    if (name && name->value.kind == Node::Kind::text) names.push_back(&name->value);
  });
  sortByPlace(names);
  std::map<std::string_view, const Node*> first;
  for (const Node* name : names) {
    const auto [found, added] = first.emplace(name->text, name);
    if (added) continue;
    report.add(name->span, "the name \"" + name->text + "\" is taken by another listener",
               "it is at " + place(found->second->span.begin) + " already");
  }
}

void checkSomethingListens(const Node& root, Report& report) {
  for (const ListenerKind& kind : kListenerKinds) {
    const Entry* entry = root.find(kind.section);
    // A section of the wrong form has its own problem.
    if (entry && (entry->value.kind != Node::Kind::array || !entry->value.elements.empty())) return;
  }
  report.add("no listener is configured", "two lines are enough: [[proxy]] and listen = \"127.0.0.1:3128\"");
}

void checkLookups(const Node& root, const Settings& settings, Report& report) {
  Duration longest = Duration::zero();
  for (const Proxy& proxy : settings.proxies) longest = std::max(longest, proxy.connect_timeout);
  const Duration lookup = settings.dns.timeout * settings.dns.tries;
  if (settings.proxies.empty() || lookup <= longest) return;
  const Node* timeout = valueAt(root, {"dns", 0, "timeout"});
  const Node* where = timeout ? timeout : valueAt(root, {"dns", 0, "tries"});
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
  if (const Node* where = greediest(root)) {
    report.warn(where->span, message, std::string(kDescriptorAdvice) + ", or lower max_connections");
  } else {
    report.warn(message, std::string(kDescriptorAdvice) + ", or lower max_connections");
  }
}

}  // namespace megaphone::config
