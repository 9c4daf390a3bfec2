// The end of an exchange in words: one row for each reason.
#include <array>

#include "megaphone/record/exchange_record.h"

namespace megaphone::record {
namespace {

struct Row {
  Reason reason;
  std::string_view words;
  bool inPhase = false;  // whether the phase tells more
  bool ofWait = false;   // whether it ended a wait that the client may have given up before
};

constexpr std::array<Row, kReasonCount> kRows{{
    {Reason::none, "complete"},
    {Reason::dns_timeout, "dns-timeout", false, true},
    {Reason::dns_error, "dns-error"},
    {Reason::destination_unavailable, "origin-unavailable"},
    {Reason::destination_ip_prohibited, "destination-denied"},
    {Reason::destination_ip_unroutable, "origin-unroutable"},
    {Reason::connection_refused, "origin-refused"},
    {Reason::connection_terminated, "origin-abort", true},
    {Reason::connection_timeout, "origin-timeout", true, true},
    {Reason::connection_read_timeout, "origin-timeout", true, true},
    {Reason::connection_write_timeout, "origin-timeout", true},
    {Reason::connection_limit_reached, "limit-reached"},
    {Reason::http_request_error, "client-error", true},
    {Reason::http_request_denied, "request-denied"},
    {Reason::http_response_incomplete, "origin-abort", true},
    {Reason::http_response_header_section_size, "origin-error", true},
    {Reason::http_response_transfer_coding, "origin-error", true},
    {Reason::http_response_timeout, "origin-timeout", true, true},
    {Reason::http_upgrade_failed, "origin-error", true},
    {Reason::http_protocol_error, "origin-error", true},
    {Reason::proxy_internal_error, "daemon-error", true},
    {Reason::proxy_loop_detected, "loop-refused"},
    {Reason::request_target_too_long, "client-error", true},
    {Reason::request_head_too_large, "client-error", true},
    {Reason::request_version_unsupported, "client-error", true},
    {Reason::request_transfer_coding, "client-error", true},
    {Reason::request_head_timeout, "client-timeout", true},
    {Reason::request_body_timeout, "client-timeout", true},
    {Reason::response_body_timeout, "origin-timeout", true, true},
    {Reason::request_expectation_failed, "client-error", true},
    {Reason::exchange_timeout, "total-timeout", true, true},
    {Reason::kept_connection_lost, "origin-abort", true},
    {Reason::client_closed, "client-abort", true},
    {Reason::client_reset, "client-abort", true},
    {Reason::client_write_timeout, "client-timeout", true},
    {Reason::idle_timeout, "idle-timeout"},
    {Reason::configuration_changed, "daemon-reload"},
    {Reason::daemon_stopping, "daemon-stop", true},
}};

constexpr bool rowsAreInOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].reason) != i) return false;
  }
  return true;
}
static_assert(rowsAreInOrder());

}  // namespace

void appendEnd(std::string& out, const ExchangeRecord& record) {
  const Row& row = kRows[static_cast<std::size_t>(record.reason)];
  const bool clientLeft = row.ofWait && record.client_ended != kNever;
  out += clientLeft ? "client-left" : row.words;
  if (!(row.inPhase || clientLeft) || record.ended_in == Phase::none) return;
  out += '-';
  out += word(record.ended_in);
}

}  // namespace megaphone::record
