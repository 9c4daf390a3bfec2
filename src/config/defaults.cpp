// Defaults that are more than a value in a struct: clients, PAC exceptions, and names of listeners.
#include <algorithm>
#include <set>

#include "defaults.h"
#include "megaphone/base/text.h"
#include "megaphone/config/hosts.h"
#include "megaphone/config/listener_kinds.h"
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
    const std::string_view word = site.kind.word;
    listener.name = word;
    for (int number = 2; !taken.insert(listener.name).second; ++number) listener.name = concat(word, "-", number);
  });
}

}  // namespace megaphone::config
