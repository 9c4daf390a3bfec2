#include "bounds.h"

#include <algorithm>
#include <vector>

#include "megaphone/config/units.h"
#include "rules.h"

namespace megaphone::config {
namespace {

template <class S, class T>
struct Value {
  std::string_view key;
  T S::*member;
};

std::string text(std::uint32_t value) { return std::to_string(value); }
std::string text(std::uint64_t value) { return quote(sizeText(value)); }
std::string text(Duration value) { return quote(durationText(value)); }

template <class S, class T>
std::string text(const S& values, const Value<S, T>& value) {
  return std::string(value.key) + " = " + text(values.*value.member);
}

enum class State : std::uint8_t { standard, written, unreadable };

State stateOf(const TableSite& site, std::string_view key) {
  if (!site.node.find(key)) return State::standard;
  return site.provenance.has(site.id(key)) ? State::written : State::unreadable;
}

std::string whereabouts(const TableSite& site, std::string_view key) {
  const Entry* entry = site.node.find(key);
  const std::string name(key);
  if (!entry) return name + " has its default; set both";
  return name + " is in line " + std::to_string(entry->value.span.begin.line) + "; lower this one or raise that one";
}

template <class S, class T>
void atMost(const TableSite& site, S& values, const Value<S, T>& inner, const Value<S, T>& outer) {
  if (values.*inner.member <= values.*outer.member) return;
  const State of_inner = stateOf(site, inner.key);
  if (of_inner == State::unreadable || stateOf(site, outer.key) == State::unreadable) return;
  if (of_inner == State::standard) {
    values.*inner.member = values.*outer.member;
    site.provenance.set(site.id(inner.key), "default, no more than " + std::string(outer.key));
    return;
  }
  site.report.add(site.node.find(inner.key)->value.span,
                  text(values, inner) + " is more than " + text(values, outer) + " allows",
                  whereabouts(site, outer.key));
}

void passesFirst(const TableSite& site, const Proxy& values, const Value<Proxy, Duration>& inner) {
  constexpr Value<Proxy, Duration> kOuter{"total_timeout", &Proxy::total_timeout};
  if (values.total_timeout == Duration::zero() || values.*inner.member <= values.total_timeout) return;
  if (stateOf(site, inner.key) != State::written) return;
  site.report.warn(site.node.find(inner.key)->value.span,
                   text(values, inner) + " never passes: " + text(values, kOuter) + " around it is shorter",
                   whereabouts(site, kOuter.key));
}

// What only another key gives a meaning, while that is off.
void needs(const TableSite& site, std::string_view key, const Value<UppercaseUdp, std::uint32_t>& limit, bool idle) {
  if (!idle || stateOf(site, key) != State::written) return;
  site.report.warn(site.node.find(key)->value.span,
                   std::string(key) + " has no effect while " + std::string(limit.key) + " is 0",
                   "set " + std::string(limit.key) + ", or leave this one out");
}

// An empty list is written by mistake, or by somebody who wants no listener.
template <class S>
void letsSomebodyIn(const TableSite& site, const S& values) {
  if (!values.clients.empty() || stateOf(site, "clients") != State::written) return;
  site.report.warn(site.node.find("clients")->value.span, "nobody may use this listener",
                   "name networks, such as \"private\", or leave the section out");
}

// Loops through this proxy alone are seen without it: it refuses to connect to itself.
void isSeenInLoops(const TableSite& site, const Proxy& values) {
  if (values.via_header || stateOf(site, "via_header") != State::written) return;
  site.report.warn(
      site.node.find("via_header")->value.span,
      "without Via, a loop that leads through another proxy goes unseen until a limit or a timeout ends it",
      "leave it \"on\" where this proxy and another may be set to use each other");
}

// Who opens an internal network wants it reached through the proxy, by browsers with the PAC file, too.
void goesThroughTheProxy(const TableSite& site, Proxy& values) {
  if (values.allow_destinations.empty() || stateOf(site, "pac_exceptions") != State::standard) return;
  const auto isOpen = [&](const HostPattern& pattern) {
    if (pattern.kind() != HostPattern::Kind::network || pattern.network().base.isLoopback()) return false;
    return std::any_of(
        values.allow_destinations.begin(), values.allow_destinations.end(), [&](const NetworkEntry& entry) {
          return pattern.network().contains(entry.network.base) || entry.network.contains(pattern.network().base);
        });
  };
  if (std::erase_if(values.pac_exceptions, isOpen) == 0) return;
  site.provenance.set(site.id("pac_exceptions"), "default, without what allow_destinations opens");
}

}  // namespace

void applyBounds(const TableSite& site, UppercaseTcp& values) { letsSomebodyIn(site, values); }

void applyBounds(const TableSite& site, UppercaseUdp& values) {
  using S = UppercaseUdp;
  letsSomebodyIn(site, values);
  needs(site, "rate_limit_loopback", {"rate_limit", &S::rate_limit},
        values.rate_limit == 0 && values.rate_limit_loopback);
  needs(site, "silence", {"repeat_limit", &S::repeat_limit}, values.repeat_limit == 0);
}

void applyBounds(const TableSite&, Control&) {}
void applyBounds(const TableSite&, Log&) {}
void applyBounds(const TableSite&, AccessLog&) {}

void applyBounds(const TableSite& site, Proxy& values) {
  using S = Proxy;
  letsSomebodyIn(site, values);
  atMost<S, std::uint32_t>(site, values, {"max_connections_per_client", &S::max_connections_per_client},
                           {"max_connections", &S::max_connections});
  atMost<S, std::uint64_t>(site, values, {"max_request_line", &S::max_request_line}, {"max_head", &S::max_head});
  passesFirst(site, values, {"request_head_timeout", &S::request_head_timeout});
  passesFirst(site, values, {"body_timeout", &S::body_timeout});
  passesFirst(site, values, {"connect_timeout", &S::connect_timeout});
  passesFirst(site, values, {"response_timeout", &S::response_timeout});
  passesFirst(site, values, {"tunnel_idle_timeout", &S::tunnel_idle_timeout});
  isSeenInLoops(site, values);
  goesThroughTheProxy(site, values);
}

void applyBounds(const TableSite& site, DaemonSettings& values) {
  using S = DaemonSettings;
  const Value<S, std::uint32_t> pending{"max_pending_connects", &S::max_pending_connects};
  atMost<S, std::uint32_t>(site, values, {"max_pending_per_destination", &S::max_pending_per_destination}, pending);
  atMost<S, std::uint32_t>(site, values, {"max_pending_per_client", &S::max_pending_per_client}, pending);
  atMost<S, std::uint32_t>(site, values, {"max_idle_per_origin", &S::max_idle_per_origin},
                           {"max_idle_origins", &S::max_idle_origins});
}

void applyBounds(const TableSite& site, Dns& values) {
  atMost<Dns, Duration>(site, values, {"min_ttl", &Dns::min_ttl}, {"max_ttl", &Dns::max_ttl});
}

}  // namespace megaphone::config
