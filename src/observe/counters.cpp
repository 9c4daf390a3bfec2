#include "megaphone/observe/counters.h"

namespace megaphone::observe {
namespace {

void add(Totals::Connections& to, const Counters::Connections& from) {
  to.accepted += from.accepted.read();
  to.refused += from.refused.read();
  to.open += from.open.read();
}

void add(Totals& to, const Counters& from) {
  add(to.uppercase_tcp, from.uppercase_tcp);
  add(to.proxy, from.proxy);
  to.requests += from.requests.read();
  to.tunnels += from.tunnels.read();
  to.tunnels_open += from.tunnels_open.read();
  to.datagrams_in += from.datagrams_in.read();
  to.datagrams_out += from.datagrams_out.read();
  to.datagrams_dropped += from.datagrams_dropped.read();
  to.client_bytes_in += from.client_bytes_in.read();
  to.client_bytes_out += from.client_bytes_out.read();
  to.origin_bytes_in += from.origin_bytes_in.read();
  to.origin_bytes_out += from.origin_bytes_out.read();
  for (std::size_t i = 0; i < to.ended.size(); ++i) to.ended[i] += from.ended[i].read();
}

}  // namespace

Totals sum(std::span<const Counters* const> loops) {
  Totals totals;
  for (const Counters* loop : loops) add(totals, *loop);
  return totals;
}

std::uint64_t requestsRefused(const Totals& totals) {
  std::uint64_t count = 0;
  for (const Reason reason : {Reason::http_request_denied, Reason::destination_ip_prohibited,
                              Reason::connection_limit_reached, Reason::proxy_loop_detected}) {
    count += totals.ended[static_cast<std::size_t>(reason)];
  }
  return count;
}

}  // namespace megaphone::observe
