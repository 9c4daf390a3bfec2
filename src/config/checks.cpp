#include "checks.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "megaphone/base/text.h"
#include "megaphone/config/descriptors.h"
#include "megaphone/config/listener_kinds.h"
#include "megaphone/config/units.h"

namespace megaphone::config {
namespace {

// Reports a name that two listeners have.
void checkNames(const CheckedSettings& all) {
  struct Named {
    Span at;
    std::string_view name;
  };
  std::vector<Named> names;
  forEachListener(all.settings, [&](const ListenerSite& site, const Listener& listener) {
    if (all.provenance.isSet(site.id("name"))) names.push_back({all.provenance.at(site.id("name")), listener.name});
  });
  std::stable_sort(names.begin(), names.end(), [](const Named& a, const Named& b) { return a.at.begin < b.at.begin; });
  std::map<std::string_view, Span> first;
  for (const Named& each : names) {
    const auto [found, added] = first.emplace(each.name, each.at);
    if (added) continue;
    all.report.error(each.at, concat("the name \"", each.name, "\" is taken by another listener"),
                     alreadyAt(found->second));
  }
}

// Reports a configuration without a listener.
void checkSomethingListens(const CheckedSettings& all) {
  bool any = !all.report.hasAllParts();
  forEachListener(all.settings, [&](const ListenerSite&, const Listener&) { any = true; });
  // A section of the wrong form has its own problem.
  forEachListenerKind([&](const ListenerKind& kind) { any |= all.provenance.isUnreadable({kind.section, 0, {}}); });
  if (any) return;
  all.report.error({}, "no listener is configured", "two lines are enough: [[proxy]] and listen = \"127.0.0.1:3128\"");
}

// Warns if the time for name servers is longer than that of every proxy.
void checkLookups(const CheckedSettings& all) {
  const Dns& dns = all.settings.dns;
  Duration longest = Duration::zero();
  for (const Proxy& proxy : all.settings.proxies) longest = std::max(longest, proxy.connect_timeout);
  const Duration lookup = dns.timeout * dns.tries;
  if (all.settings.proxies.empty() || lookup <= longest) return;
  const ValueId timeout{"dns", 0, "timeout"};
  const ValueId tries{"dns", 0, "tries"};
  if (!all.provenance.isSet(timeout) && !all.provenance.isSet(tries)) return;
  all.report.warn(
      all.provenance.at(all.provenance.isSet(timeout) ? timeout : tries),
      concat("the last tries are never made: timeout = \"", durationText(dns.timeout), "\" and tries = ", dns.tries,
             " take ", durationText(lookup), ", and no proxy waits longer than \"", durationText(longest), "\""),
      "lower them, or raise connect_timeout in [[proxy]]");
}

// Returns the place of the value that needs the most descriptors; nowhere if all are defaults.
Span greediest(const CheckedSettings& all) {
  Span out;
  std::uint32_t most = 0;
  const auto compare = [&](const ValueId& id, std::uint32_t value) {
    if (!all.provenance.isSet(id) || value <= most) return;
    most = value;
    out = all.provenance.at(id);
  };
  compare({"daemon", 0, "max_idle_origins"}, all.settings.daemon.max_idle_origins);
  forEachListener(all.settings, [&](const ListenerSite& site, const auto& listener) {
    if constexpr (requires { listener.max_connections; }) compare(site.id("max_connections"), listener.max_connections);
  });
  return out;
}

// Warns if all limits together need more descriptors than there are.
void checkDescriptors(const CheckedSettings& all) {
  if (all.report.hasErrors()) return;
  const DescriptorNeed need = descriptorNeed(all.settings, all.machine.cpus);
  if (all.machine.descriptors == 0 || need.total() <= all.machine.descriptors) return;
  all.report.warn(greediest(all),
                  concat("the limits add up to ", need.total(), " descriptors, and this process may have ",
                         all.machine.descriptors, ": ", need.sum()),
                  concat(kDescriptorAdvice, ", or lower max_connections"));
}

constexpr std::array kChecks{
    checkNames,       checkAddresses, checkHandedSockets, checkOpenProxies, checkSomethingListens,
    checkFiles,       checkStart,     checkLookups,
    checkDescriptors,  // last, because it is skipped after an error
};

}  // namespace

void checkAll(const CheckedSettings& all) {
  for (const auto check : kChecks) check(all);
}

std::string placeText(const Span& where) { return concat("line ", where.begin.line, ", column ", where.begin.column); }

std::string alreadyAt(const Span& where) {
  if (where.begin.line == 0) return {};
  return concat("it is at ", placeText(where), " already");
}

}  // namespace megaphone::config
