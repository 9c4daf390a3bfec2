// The kinds of listeners: one table, and every listener of some Settings for what concerns all kinds alike.
//
// A new kind is a struct and a list in settings.h, a section in config/table, and a row here; then a state in
// server/listener_kinds, which says how it is served.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

struct ListenerKind {
  std::string_view section;  // of its tables in the file
  std::string_view word;     // in logs and the status; also the name of one that is given none
  Transport transport;
  bool dials;  // whether its clients need connections to origins
};

template <class Listener>
struct KindOf : ListenerKind {
  std::vector<Listener> Settings::*listeners;
};

inline constexpr std::tuple kListenerKinds{
    KindOf<UppercaseTcp>{{"uppercase_tcp", "uppercase-tcp", Transport::tcp, false}, &Settings::uppercase_tcp},
    KindOf<UppercaseUdp>{{"uppercase_udp", "uppercase-udp", Transport::udp, false}, &Settings::uppercase_udp},
    KindOf<Proxy>{{"proxy", "proxy", Transport::tcp, true}, &Settings::proxies},
};

// Returns the row of the listeners with such settings.
template <class Listener>
inline constexpr const KindOf<Listener>& kListenerKind = std::get<KindOf<Listener>>(kListenerKinds);

// Calls visit(kind) for each of them.
template <class Visit>
constexpr void forEachListenerKind(Visit visit) {
  std::apply([&](const auto&... kind) { (visit(kind), ...); }, kListenerKinds);
}

// A listener with what its section says about it.
struct ListenerSite {
  const ListenerKind& kind;
  std::size_t index;  // in its section

  ValueId id(std::string_view key) const { return {kind.section, index, key}; }
};

// Calls visit(site, listener) for every listener, in the order of the kinds. `All`: Settings, const or not.
template <class All, class Visit>
void forEachListener(All& settings, Visit visit) {
  forEachListenerKind([&](const auto& kind) {
    auto& listeners = settings.*kind.listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i) visit(ListenerSite{kind, i}, listeners[i]);
  });
}

}  // namespace megaphone::config
