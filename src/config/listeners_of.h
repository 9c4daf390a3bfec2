// Every listener of some Settings, for what concerns all kinds alike.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

// A listener with what its section says about it.
struct ListenerSite {
  std::string_view section;
  std::size_t index;  // in its section
  Transport transport;

  ValueId id(std::string_view key) const { return {section, index, key}; }
};

inline constexpr std::array<std::string_view, 3> kListenerSections{"uppercase_tcp", "uppercase_udp", "proxy"};

// Calls visit(site, listener) for every listener, in the order of the sections. `All`: Settings, const or not.
template <class All, class Visit>
void forEachListener(All& settings, Visit visit) {
  const auto each = [&](std::string_view section, Transport transport, auto& listeners) {
    for (std::size_t i = 0; i < listeners.size(); ++i) visit(ListenerSite{section, i, transport}, listeners[i]);
  };
  each(kListenerSections[0], Transport::tcp, settings.uppercase_tcp);
  each(kListenerSections[1], Transport::udp, settings.uppercase_udp);
  each(kListenerSections[2], Transport::tcp, settings.proxies);
}

}  // namespace megaphone::config
