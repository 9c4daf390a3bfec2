#include "megaphone/config/descriptors.h"

#include <algorithm>
#include <numeric>

namespace megaphone::config {
namespace {

// What an event loop holds besides connections: up to 64 pipes for bulk, and its own poll and wake-up descriptors.
constexpr std::uint64_t kPerLoop = 160;
// A connect worker asks name servers and tries several addresses at a time; what wins is counted with the client.
constexpr std::uint64_t kPerWorker = 64;
constexpr std::uint64_t kRest = 32;  // logs, standard streams, the main loop

template <class Section>
std::uint64_t sockets(const std::vector<Section>& listeners, std::uint64_t loops) {
  std::uint64_t out = 0;
  for (const Section& listener : listeners) out += listener.listen.size() * loops;
  return out;
}

}  // namespace

std::uint64_t DescriptorNeed::total() const {
  return std::accumulate(parts.begin(), parts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Part& part) { return sum + part.count; });
}

std::string DescriptorNeed::sum() const {
  std::vector<Part> sorted = parts;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Part& a, const Part& b) { return a.count > b.count; });
  std::string out;
  for (const Part& part : sorted) out += (out.empty() ? "" : " + ") + std::to_string(part.count) + " " + part.what;
  return out;
}

DescriptorNeed descriptorNeed(const Settings& settings, unsigned cpus) {
  const std::uint64_t loops = settings.daemon.event_loops ? settings.daemon.event_loops : std::max(1u, cpus);
  const std::uint64_t workers = settings.daemon.connect_workers;
  DescriptorNeed out;
  for (const Proxy& proxy : settings.proxies) {
    out.parts.push_back({"for " + proxy.name + " (2 x max_connections)", std::uint64_t{2} * proxy.max_connections});
  }
  for (const UppercaseTcp& listener : settings.uppercase_tcp) {
    out.parts.push_back({"for " + listener.name + " (max_connections)", listener.max_connections});
  }
  if (!settings.proxies.empty()) {
    out.parts.push_back({"for idle origins (" + std::to_string(loops) + " event loops x max_idle_origins)",
                         settings.daemon.max_idle_origins * loops});
  }
  const std::uint64_t listening = sockets(settings.proxies, loops) + sockets(settings.uppercase_tcp, loops) +
                                  sockets(settings.uppercase_udp, loops);
  out.parts.push_back(
      {"for listeners, pipes, workers and logs", listening + loops * kPerLoop + workers * kPerWorker + kRest});
  return out;
}

}  // namespace megaphone::config
