// The native format of squid, which tools for proxies read. What it has no place for stands behind it.
#include "line_parts.h"
#include "megaphone/base/ascii.h"
#include "megaphone/observe/line.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;

// Fields end at a space: what is not printable, and the space itself, is written as a URL would have it.
void appendField(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c > ' ' && c < 0x7f)
      out += c;
    else
      ascii::appendHexByte(out += '%', c);
  }
}

// Squid's words for what became of a request.
std::string_view resultOf(const ExchangeRecord& record) {
  if (record.kind == Kind::uppercase_tcp || record.kind == Kind::uppercase_udp) return "NONE_NONE";
  if (record.reason == Reason::http_request_denied || record.reason == Reason::destination_ip_prohibited) {
    return "TCP_DENIED";
  }
  return record.kind == Kind::connect ? "TCP_TUNNEL" : record.origin ? "TCP_MISS" : "NONE_NONE";
}

std::string_view howItEnded(const ExchangeRecord& record) {
  switch (record.reason) {
    case Reason::client_closed:
    case Reason::client_reset: return "_ABORTED";
    case Reason::client_write_timeout:
    case Reason::http_response_timeout:
    case Reason::response_body_timeout:
    case Reason::request_body_timeout:
    case Reason::connection_timeout:
    case Reason::exchange_timeout: return "_TIMEDOUT";
    default: return "";
  }
}

void appendRequest(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  switch (record.kind) {
    case Kind::uppercase_tcp: appendField(out += "TCP ", record.listener); return;
    case Kind::uppercase_udp: appendField(out += "UDP ", record.listener); return;
    case Kind::http:
    case Kind::connect: break;
  }
  if (record.method.empty()) {
    out += "NONE error:invalid-request";
    return;
  }
  appendField(out, record.method);
  out += ' ';
  for (const std::string_view piece : shown(record.target, options.query_strings)) appendField(out, piece);
}

std::uint64_t millisecondsOf(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

void appendSquidLine(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  const Duration total = record.total < Duration::zero() ? Duration::zero() : record.total;
  const std::uint64_t ended = millisecondsOf((record.began + total).time_since_epoch());
  ascii::appendDecimal(out, ended / 1000);
  ascii::appendPadded(out += '.', ended % 1000, 3);
  ascii::appendDecimal(out += ' ', millisecondsOf(total));
  out += ' ';
  out += record.client.address.text();
  out += ' ';
  out += resultOf(record);
  out += howItEnded(record);
  ascii::appendPadded(out += '/', static_cast<std::uint64_t>(record.status), 3);
  ascii::appendDecimal(out += ' ', record.client_out);
  appendRequest(out += ' ', record, options);
  out += record.origin ? " - HIER_DIRECT/" + record.origin->address.text() : " - HIER_NONE/-";
  record::appendEnd(out += " - end=", record);
  record::appendId(out += " id=", record.id);
  out += '\n';
}

}  // namespace megaphone::observe
