#include "megaphone/base/reason.h"

#include <array>

namespace megaphone {
namespace {

struct Row {
  Reason reason;
  std::string_view word;
  int status;  // RFC 9209 recommends; docs/decisions/ says where and why we differ
  std::string_view sentence;
};

constexpr std::array<Row, kReasonCount> kRows{{
    {Reason::none, "", 0, "nothing went wrong"},
    {Reason::dns_timeout, "dns_timeout", 504, "the name servers did not answer in time"},
    {Reason::dns_error, "dns_error", 502, "the name could not be resolved"},
    {Reason::destination_unavailable, "destination_unavailable", 503, "the destination cannot be served at the moment"},
    {Reason::destination_ip_prohibited, "destination_ip_prohibited", 403, "this proxy may not connect to that address"},
    {Reason::destination_ip_unroutable, "destination_ip_unroutable", 502, "there is no route to the destination"},
    {Reason::connection_refused, "connection_refused", 502, "the destination refused the connection"},
    {Reason::connection_terminated, "connection_terminated", 502,
     "the origin closed the connection before it answered"},
    {Reason::connection_timeout, "connection_timeout", 504, "the destination did not accept the connection in time"},
    {Reason::connection_read_timeout, "connection_read_timeout", 504, "the origin stopped sending"},
    {Reason::connection_write_timeout, "connection_write_timeout", 504, "the origin stopped reading"},
    {Reason::connection_limit_reached, "connection_limit_reached", 503, "a limit of connections is reached"},
    {Reason::http_request_error, "http_request_error", 400, "the request is not valid HTTP"},
    {Reason::http_request_denied, "http_request_denied", 403, "this proxy is configured to refuse such a request"},
    {Reason::http_response_incomplete, "http_response_incomplete", 502, "the origin's answer was cut short"},
    {Reason::http_response_header_section_size, "http_response_header_section_size", 502,
     "the head of the origin's answer is too large"},
    {Reason::http_response_transfer_coding, "http_response_transfer_coding", 502,
     "the origin's answer has a transfer coding that is not understood"},
    {Reason::http_response_timeout, "http_response_timeout", 504, "the origin did not answer in time"},
    {Reason::http_upgrade_failed, "http_upgrade_failed", 502, "the change of protocol failed"},
    {Reason::http_protocol_error, "http_protocol_error", 502, "the origin's answer is not valid HTTP"},
    {Reason::proxy_internal_error, "proxy_internal_error", 500, "the proxy itself failed"},
    {Reason::proxy_loop_detected, "proxy_loop_detected", 502, "the request would come back to this proxy"},
    {Reason::request_target_too_long, "request_target_too_long", 414, "the request target is longer than allowed"},
    {Reason::request_head_too_large, "request_head_too_large", 431, "the head of the request is larger than allowed"},
    {Reason::request_version_unsupported, "request_version_unsupported", 505,
     "the request is written in another version than HTTP/1"},
    {Reason::request_transfer_coding, "request_transfer_coding", 501,
     "the request has a transfer coding that this proxy does not know"},
    {Reason::request_head_timeout, "request_head_timeout", 408, "the head of the request did not arrive in time"},
    {Reason::request_body_timeout, "request_body_timeout", 408, "the body of the request stopped arriving"},
    {Reason::response_body_timeout, "response_body_timeout", 504, "the body of the answer stopped arriving"},
    {Reason::request_expectation_failed, "request_expectation_failed", 417, "the expectation cannot be met"},
    {Reason::exchange_timeout, "exchange_timeout", 504, "request and answer together took too long"},
    {Reason::kept_connection_lost, "kept_connection_lost", 502,
     "a kept connection to the origin died as the request went out, and such a request is not sent twice"},
    {Reason::client_closed, "client_closed", 0, "the client closed the connection"},
    {Reason::client_reset, "client_reset", 0, "the client reset the connection"},
    {Reason::client_write_timeout, "client_write_timeout", 0, "the client stopped reading"},
    {Reason::idle_timeout, "idle_timeout", 0, "nothing was heard for too long"},
    {Reason::configuration_changed, "configuration_changed", 503, "the configuration has been changed"},
    {Reason::daemon_stopping, "daemon_stopping", 503, "the daemon is stopping"},
}};

constexpr bool rowsAreInOrder() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].reason) != i) return false;
  }
  return true;
}
static_assert(rowsAreInOrder());

const Row& row(Reason reason) { return kRows[static_cast<std::size_t>(reason)]; }

}  // namespace

std::string_view word(Reason reason) { return row(reason).word; }
std::string_view sentence(Reason reason) { return row(reason).sentence; }
int statusFor(Reason reason) { return row(reason).status; }

}  // namespace megaphone
