// Defaults that are more than a value in a struct: who may use a listener, who needs no proxy, and names of listeners.
#include <algorithm>
#include <set>

#include "megaphone/config/hosts.h"
#include "megaphone/config/load.h"
#include "table.h"

namespace megaphone::config {
namespace {

template <class S>
void collectNames(const std::vector<S>& listeners, std::set<std::string>& taken) {
  for (const S& listener : listeners) taken.insert(listener.name);
}

template <class S>
void fillNames(const Section<S>& section, std::vector<S>& listeners, std::set<std::string>& taken) {
  std::string base(section.name);
  std::replace(base.begin(), base.end(), '_', '-');
  for (S& listener : listeners) {
    if (!listener.name.empty()) continue;
    listener.name = base;
    for (int number = 2; !taken.insert(listener.name).second; ++number) {
      listener.name = base + "-" + std::to_string(number);
    }
  }
}

}  // namespace

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
  collectNames(settings.uppercase_tcp, taken);
  collectNames(settings.uppercase_udp, taken);
  collectNames(settings.proxies, taken);
  fillNames(uppercaseTcpSection(), settings.uppercase_tcp, taken);
  fillNames(uppercaseUdpSection(), settings.uppercase_udp, taken);
  fillNames(proxySection(), settings.proxies, taken);
}

}  // namespace megaphone::config
