// Reason: why an exchange, a tunnel or a session ended early, as one word.
//
// The same word appears in Proxy-Status, the error page, the access log and the capture (architecture.md, invariant 6).
// Words of RFC 9209 section 2.3 are used where they exist; ours follow them.
#pragma once

#include <cstdint>
#include <string_view>

namespace megaphone {

enum class Reason : std::uint8_t {
  none,  // nothing went wrong

  // RFC 9209 section 2.3
  dns_timeout,
  dns_error,
  destination_unavailable,
  destination_ip_prohibited,
  destination_ip_unroutable,
  connection_refused,
  connection_terminated,
  connection_timeout,
  connection_read_timeout,
  connection_write_timeout,
  connection_limit_reached,
  http_request_error,
  http_request_denied,
  http_response_incomplete,
  http_response_header_section_size,
  http_response_transfer_coding,
  http_response_timeout,
  http_upgrade_failed,
  http_protocol_error,
  proxy_internal_error,
  proxy_loop_detected,

  // ours
  request_target_too_long,
  request_head_too_large,
  request_version_unsupported,
  request_transfer_coding,
  request_head_timeout,
  request_body_timeout,
  response_body_timeout,
  request_expectation_failed,
  exchange_timeout,
  kept_connection_lost,
  client_closed,
  client_reset,
  client_write_timeout,
  idle_timeout,
  configuration_changed,
  daemon_stopping,
};

// The number of reasons, `none` included; for tables indexed by Reason.
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::daemon_stopping) + 1;

// Returns the word as it is written everywhere, such as "connection_refused"; "" for `none`.
std::string_view word(Reason reason);

// Returns one sentence for people, without the final full stop, such as "the destination refused the connection".
std::string_view sentence(Reason reason);

// Returns whether it says that a rule or a limit of ours has refused the request.
constexpr bool isRefusal(Reason reason) {
  return reason == Reason::http_request_denied || reason == Reason::destination_ip_prohibited ||
         reason == Reason::connection_limit_reached || reason == Reason::proxy_loop_detected;
}

// Returns the status code of megaphone's own answer for `reason`; 0 if no answer can be given.
int statusFor(Reason reason);

}  // namespace megaphone
