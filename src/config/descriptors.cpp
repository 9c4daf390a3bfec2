#include "megaphone/config/descriptors.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "megaphone/base/text.h"
#include "megaphone/config/listener_kinds.h"

namespace megaphone::config {
namespace {

// Descriptors of an event loop besides connections: up to 64 pipes for bulk, and its own poll and wake-up descriptors.
constexpr std::uint64_t kPerLoop = 160;
// A connect worker asks name servers and tries several addresses at a time; the connected one is counted with the
// client.
constexpr std::uint64_t kPerWorker = 64;
constexpr std::uint64_t kRest = 32;  // logs, standard streams, the main loop

std::uint64_t loopsOf(const Settings& settings, unsigned cpus) {
  return settings.daemon.event_loops ? settings.daemon.event_loops : std::max(1u, cpus);
}

std::uint64_t listeningSockets(const Settings& settings, std::uint64_t loops) {
  std::uint64_t out = 0;
  forEachListener(settings, [&](const ListenerSite&, const Listener& listener) { out += listener.listen.size(); });
  return out * loops;
}

// Returns the descriptors of a client, with its origin if there is one.
std::uint64_t perClient(const ListenerKind& kind) { return kind.dials ? 2 : 1; }

bool anyDials(const Settings& settings) {
  bool any = false;
  forEachListener(settings, [&](const ListenerSite& site, const Listener&) { any |= site.kind.dials; });
  return any;
}

// A maximum that is a default, and the descriptors that each of it costs.
struct Default {
  ValueId id;
  std::uint32_t* value;
  std::uint64_t cost;
  std::string name;
};

std::vector<Default> defaultsOf(Settings& settings, const Provenance& provenance, std::uint64_t loops) {
  std::vector<Default> out;
  const auto add = [&](const ValueId& id, std::uint32_t& value, std::uint64_t cost, std::string name) {
    if (!provenance.isSet(id)) out.push_back({id, &value, cost, std::move(name)});
  };
  forEachListener(settings, [&](const ListenerSite& site, auto& listener) {
    if constexpr (requires { listener.max_connections; }) {
      const ValueId id = site.id("max_connections");
      add(id, listener.max_connections, perClient(site.kind), "max_connections of " + listener.name);
    }
  });
  if (anyDials(settings))
    add({"daemon", 0, "max_idle_origins"}, settings.daemon.max_idle_origins, loops, "max_idle_origins");
  return out;
}

// Lowers a default to another one, as bounds do if that one is written.
void lowerInner(Settings& settings, Provenance& provenance, const std::string& origin) {
  const auto lower = [&](const ValueId& id, std::uint32_t& value, std::uint32_t most) {
    if (value <= most || provenance.isSet(id)) return;
    value = most;
    provenance.setDefault(id, origin);
  };
  lower({"daemon", 0, "max_idle_per_origin"}, settings.daemon.max_idle_per_origin, settings.daemon.max_idle_origins);
  forEachListener(settings, [&](const ListenerSite& site, auto& listener) {
    if constexpr (requires { listener.max_connections_per_client; })
      lower(site.id("max_connections_per_client"), listener.max_connections_per_client, listener.max_connections);
  });
}

}  // namespace

std::string fitDefaults(Settings& settings, Provenance& provenance, const Machine& machine) {
  constexpr std::uint64_t kLeast = 16;  // the least that is useful
  const std::uint64_t need = descriptorNeed(settings, machine.cpus).total();
  if (machine.descriptors == 0 || need <= machine.descriptors) return {};
  const std::vector<Default> defaults = defaultsOf(settings, provenance, loopsOf(settings, machine.cpus));
  const std::uint64_t sum =
      std::accumulate(defaults.begin(), defaults.end(), std::uint64_t{0},
                      [](std::uint64_t all, const Default& each) { return all + *each.value * each.cost; });
  const std::uint64_t others = need - sum;
  // Loops and workers seldom need all of theirs, and when they do, idle connections give way: half is theirs anyway.
  const std::uint64_t rest = machine.descriptors > others ? machine.descriptors - others : 0;
  const std::uint64_t room = std::min(sum, std::max(rest, machine.descriptors / 2));
  const std::string origin = concat("default, lowered to fit ", machine.descriptors, " descriptors");
  std::vector<std::string> lowered;
  for (const Default& each : defaults) {
    const std::uint64_t fits = std::max(kLeast, *each.value * room / sum);
    if (fits >= *each.value) continue;
    *each.value = static_cast<std::uint32_t>(fits);
    provenance.setDefault(each.id, origin);
    lowered.push_back(concat(each.name, " is ", fits));
  }
  if (lowered.empty()) return {};
  lowerInner(settings, provenance, origin);
  return concat("this process may have ", machine.descriptors, " descriptors, so ", joined(lowered, ", "));
}

std::uint64_t DescriptorNeed::total() const {
  return std::accumulate(parts.begin(), parts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Part& part) { return sum + part.count; });
}

std::string DescriptorNeed::sum() const {
  std::vector<Part> sorted = parts;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Part& a, const Part& b) { return a.count > b.count; });
  std::vector<std::string> texts;
  for (const Part& part : sorted) texts.push_back(concat(part.count, " ", part.what));
  return joined(texts, " + ");
}

DescriptorNeed descriptorNeed(const Settings& settings, unsigned cpus) {
  const std::uint64_t loops = loopsOf(settings, cpus);
  const std::uint64_t workers = settings.daemon.connect_workers;
  DescriptorNeed out;
  forEachListener(settings, [&](const ListenerSite& site, const auto& listener) {
    if constexpr (requires { listener.max_connections; }) {
      const std::uint64_t each = perClient(site.kind);
      const std::string factor = each > 1 ? concat(each, " x ") : std::string();
      out.parts.push_back(
          {concat("for ", listener.name, " (", factor, "max_connections)"), each * listener.max_connections});
    }
  });
  if (anyDials(settings)) {
    out.parts.push_back({concat("for idle origins (", loops, " event loops x max_idle_origins)"),
                         settings.daemon.max_idle_origins * loops});
  }
  const std::uint64_t listening = listeningSockets(settings, loops);
  out.parts.push_back(
      {"for listeners, pipes, workers and logs", listening + loops * kPerLoop + workers * kPerWorker + kRest});
  return out;
}

}  // namespace megaphone::config
