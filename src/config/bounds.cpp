#include "bounds.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "megaphone/base/text.h"
#include "megaphone/config/listener_kinds.h"
#include "megaphone/config/units.h"
#include "rules.h"

namespace megaphone::config {
namespace {

// One table of the settings.
struct Table {
  std::string_view section;
  std::size_t index;
  Provenance& provenance;
  Report& report;

  ValueId id(std::string_view key) const { return {section, index, key}; }
  bool isSet(std::string_view key) const { return provenance.isSet(id(key)); }
  Span at(std::string_view key) const { return provenance.at(id(key)); }
};

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
  return concat(value.key, " = ", text(values.*value.member));
}

std::string whereabouts(const Table& table, std::string_view key) {
  if (!table.isSet(key)) return concat(key, " has its default; set both");
  return concat(key, " is in line ", table.at(key).begin.line, "; lower this one or raise that one");
}

// Reports a written value above its bound; lowers a default.
template <class S, class T>
void atMost(const Table& table, S& values, const Value<S, T>& inner, const Value<S, T>& outer) {
  if (values.*inner.member <= values.*outer.member) return;
  if (table.provenance.isUnreadable(table.id(inner.key)) || table.provenance.isUnreadable(table.id(outer.key))) return;
  if (!table.isSet(inner.key)) {
    values.*inner.member = values.*outer.member;
    return table.provenance.setDefault(table.id(inner.key), concat("default, no more than ", outer.key));
  }
  table.report.error(table.at(inner.key), concat(text(values, inner), " is more than ", text(values, outer), " allows"),
                     whereabouts(table, outer.key));
}

// Warns of a deadline that never passes because the one around all of them is shorter.
void passesFirst(const Table& table, const Proxy& values, const Value<Proxy, Duration>& inner) {
  constexpr Value<Proxy, Duration> kOuter{"total_timeout", &Proxy::total_timeout};
  if (values.total_timeout == Duration::zero() || values.*inner.member <= values.total_timeout) return;
  if (!table.isSet(inner.key)) return;
  table.report.warn(table.at(inner.key),
                    concat(text(values, inner), " never passes: ", text(values, kOuter), " around it is shorter"),
                    whereabouts(table, kOuter.key));
}

// Warns of a value that has no effect while another key is off.
void needs(const Table& table, std::string_view key, const Value<UppercaseUdp, std::uint32_t>& limit, bool idle) {
  if (!idle || !table.isSet(key)) return;
  table.report.warn(table.at(key), concat(key, " has no effect while ", limit.key, " is 0"),
                    concat("set ", limit.key, ", or leave this one out"));
}

// Warns of a listener without allowed clients: an empty list is a mistake, or meant to turn the listener off.
template <class S>
void letsSomebodyIn(const Table& table, const S& values) {
  if (!values.clients.empty() || !table.isSet("clients")) return;
  table.report.warn(table.at("clients"), "nobody may use this listener",
                    "name networks, such as \"private\", or leave the section out");
}

// Warns of a proxy without Via. Loops through this proxy alone are seen without it: it refuses to connect to itself.
void isSeenInLoops(const Table& table, const Proxy& values) {
  if (values.via_header || !table.isSet("via_header")) return;
  table.report.warn(
      table.at("via_header"),
      "without Via, a loop that leads through another proxy goes unseen until a limit or a timeout ends it",
      "leave it \"on\" where this proxy and another may be set to use each other");
}

// Removes what allow_destinations opens from the default pac_exceptions, so that browsers with the PAC file reach an
// opened internal network through the proxy.
void goesThroughTheProxy(const Table& table, Proxy& values) {
  if (values.allow_destinations.empty() || table.isSet("pac_exceptions") ||
      table.provenance.isUnreadable(table.id("pac_exceptions")))
    return;
  const auto isOpen = [&](const HostPattern& pattern) {
    if (pattern.kind() != HostPattern::Kind::network || pattern.network().base.isLoopback()) return false;
    return std::any_of(
        values.allow_destinations.begin(), values.allow_destinations.end(), [&](const NetworkEntry& entry) {
          return pattern.network().contains(entry.network.base) || entry.network.contains(pattern.network().base);
        });
  };
  if (std::erase_if(values.pac_exceptions, isOpen) == 0) return;
  table.provenance.setDefault(table.id("pac_exceptions"), "default, without what allow_destinations opens");
}

void boundTable(const Table& table, UppercaseTcp& values) { letsSomebodyIn(table, values); }

void boundTable(const Table& table, UppercaseUdp& values) {
  using S = UppercaseUdp;
  letsSomebodyIn(table, values);
  needs(table, "rate_limit_loopback", {"rate_limit", &S::rate_limit},
        values.rate_limit == 0 && values.rate_limit_loopback);
  needs(table, "silence", {"repeat_limit", &S::repeat_limit}, values.repeat_limit == 0);
}

void boundTable(const Table& table, Proxy& values) {
  using S = Proxy;
  letsSomebodyIn(table, values);
  atMost<S, std::uint32_t>(table, values, {"max_connections_per_client", &S::max_connections_per_client},
                           {"max_connections", &S::max_connections});
  atMost<S, std::uint64_t>(table, values, {"max_request_line", &S::max_request_line}, {"max_head", &S::max_head});
  passesFirst(table, values, {"request_head_timeout", &S::request_head_timeout});
  passesFirst(table, values, {"body_timeout", &S::body_timeout});
  passesFirst(table, values, {"connect_timeout", &S::connect_timeout});
  passesFirst(table, values, {"response_timeout", &S::response_timeout});
  passesFirst(table, values, {"tunnel_idle_timeout", &S::tunnel_idle_timeout});
  isSeenInLoops(table, values);
  goesThroughTheProxy(table, values);
}

void boundTable(const Table& table, DaemonSettings& values) {
  using S = DaemonSettings;
  const Value<S, std::uint32_t> pending{"max_pending_connects", &S::max_pending_connects};
  atMost<S, std::uint32_t>(table, values, {"max_pending_per_destination", &S::max_pending_per_destination}, pending);
  atMost<S, std::uint32_t>(table, values, {"max_pending_per_client", &S::max_pending_per_client}, pending);
  atMost<S, std::uint32_t>(table, values, {"max_idle_per_origin", &S::max_idle_per_origin},
                           {"max_idle_origins", &S::max_idle_origins});
}

void boundTable(const Table& table, Dns& values) {
  atMost<Dns, Duration>(table, values, {"min_ttl", &Dns::min_ttl}, {"max_ttl", &Dns::max_ttl});
}

}  // namespace

void applyBounds(Settings& settings, Provenance& provenance, Report& report) {
  forEachListener(settings, [&](const ListenerSite& site, auto& listener) {
    boundTable({site.kind.section, site.index, provenance, report}, listener);
  });
  boundTable({"daemon", 0, provenance, report}, settings.daemon);
  boundTable({"dns", 0, provenance, report}, settings.dns);
}

}  // namespace megaphone::config
