// Defaults that are more than a value in a struct: who may use a listener, who needs no proxy, and names of listeners.
#include <algorithm>
#include <set>

#include "defaults.h"
#include "listeners_of.h"
#include "megaphone/base/text.h"
#include "megaphone/config/hosts.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {
std::vector<NetworkEntry> defaultClients() {
  std::vector<NetworkEntry> out;
  for (const NetworkWord& word : networkWords()) {
    if (word.word == "any") continue;
    for (const IpNetwork& network : word.networks) out.push_back({network, {}});
  }
  return out;
}

std::vector<HostPattern> defaultPacExceptions() {
  std::vector<HostPattern> out;
  for (const char* word : {"loopback", "private", "link-local", "plain-names"}) {
    const auto reading = readHosts(word);
    out.insert(out.end(), reading.value->begin(), reading.value->end());
  }
  return out;
}

void nameListeners(Settings& settings) {
  std::set<std::string> taken;
  forEachListener(settings, [&](const ListenerSite&, const Listener& listener) { taken.insert(listener.name); });
  forEachListener(settings, [&](const ListenerSite& site, Listener& listener) {
    if (!listener.name.empty()) return;
    std::string base(site.section);
    std::replace(base.begin(), base.end(), '_', '-');
    listener.name = base;
    for (int number = 2; !taken.insert(listener.name).second; ++number) listener.name = concat(base, "-", number);
  });
}

}  // namespace megaphone::config
