// The kinds of listeners as they are served: one row for each of config/listener_kinds.h.
#pragma once

#include "proxy_listener.h"
#include "uppercase_tcp_listener.h"
#include "uppercase_udp_listener.h"

namespace megaphone::server {

// The state of a listener with such settings.
template <class Settings>
struct StateOf;
template <>
struct StateOf<config::UppercaseTcp> {
  using Type = UppercaseTcpListenerState;
};
template <>
struct StateOf<config::UppercaseUdp> {
  using Type = UppercaseUdpListenerState;
};
template <>
struct StateOf<config::Proxy> {
  using Type = ProxyListenerState;
};

}  // namespace megaphone::server
