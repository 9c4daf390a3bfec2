// The native format of squid, which tools for proxies read: its words are the ones that squid 5 writes for the same
// events. What it has no place for stands behind it.
#include "line_parts.h"
#include "megaphone/base/ascii.h"
#include "megaphone/observe/line.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;
using record::Phase;

// Fields end at a space: what is not printable, and the space itself, is written as a URL would have it.
void appendField(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c > ' ' && c < 0x7f)
      out += c;
    else
      ascii::appendHexByte(out += '%', c);
  }
}

bool isHttp(const ExchangeRecord& record) { return record.kind == Kind::http || record.kind == Kind::connect; }

// Whether a rule or a limit of ours has refused it.
bool isDenied(const ExchangeRecord& record) { return record.ended_by == Side::daemon && isRefusal(record.reason); }

// Whether what the client sent was never a request, or none that can be carried out.
bool isNoRequest(const ExchangeRecord& record) {
  return record.method.empty() || (record.ended_by == Side::client && record.ended_in == Phase::head);
}

// Squid's words for what became of a request.
std::string_view resultOf(const ExchangeRecord& record) {
  if (!isHttp(record)) return "NONE_NONE";
  if (isDenied(record)) return "TCP_DENIED";
  if (isNoRequest(record)) return "NONE_NONE";
  return record.kind == Kind::connect ? "TCP_TUNNEL" : "TCP_MISS";
}

// A tunnel that was there has ended, however that was.
std::string_view howItEnded(const ExchangeRecord& record) {
  if (record.ended_in == Phase::tunnel || isNoRequest(record)) return "";
  switch (record.reason) {
    case Reason::client_closed:
    case Reason::client_reset:
    case Reason::daemon_stopping: return "_ABORTED";
    case Reason::client_write_timeout:
    case Reason::request_body_timeout:
    case Reason::exchange_timeout: return "_TIMEDOUT";
    default: return "";
  }
}

// What stands in the place of a target where none could be read.
std::string_view whyNoTarget(Reason reason) {
  switch (reason) {
    case Reason::request_target_too_long:
    case Reason::request_head_too_large: return "error:request-too-large";
    case Reason::client_closed:
    case Reason::client_reset:
    case Reason::request_head_timeout:
    case Reason::daemon_stopping: return "error:transaction-end-before-headers";
    default: return "error:invalid-request";
  }
}

void appendRequest(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  if (!isHttp(record)) {
    appendField(out += record.kind == Kind::uppercase_tcp ? "TCP " : "UDP ", record.listener);
    return;
  }
  if (record.method.empty()) {
    (out += "- ") += whyNoTarget(record.reason);
    return;
  }
  appendField(out, record.method);
  out += ' ';
  for (const std::string_view piece : shown(record.target, options.query_strings)) appendField(out, piece);
}

// The host of a target, as it was asked for.
std::string_view hostOf(const ExchangeRecord& record) {
  constexpr std::string_view kSchemeEnd = "://";
  std::string_view host = record.target;
  const std::size_t colon = host.find(':');
  const bool absolute = colon != std::string_view::npos && host.substr(colon).starts_with(kSchemeEnd);
  if (absolute) host.remove_prefix(colon + kSchemeEnd.size());
  host = host.substr(0, ascii::findAny<'/', '?'>(host));
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// Where it went: the address that was used, or to which no connection came about, then by the name.
void appendPeer(std::string& out, const ExchangeRecord& record) {
  const bool tried = record.connect != record::kNever && !isDenied(record);
  if (record.origin)
    out.append("HIER_DIRECT/").append(record.origin->address.text());
  else if (tried && !hostOf(record).empty())
    appendField(out += "HIER_DIRECT/", hostOf(record));
  else
    out += "HIER_NONE/-";
}

std::uint64_t millisecondsOf(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

void appendSquidLine(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  const std::uint64_t ended = millisecondsOf(record.ended().time_since_epoch());
  ascii::appendDecimal(out, ended / 1000);
  ascii::appendPadded(out += '.', ended % 1000, 3);
  ascii::appendDecimal(out += ' ', millisecondsOf(record.ended() - record.began));
  out.append(" ").append(record.client.address.text()).append(" ");
  out.append(resultOf(record)).append(howItEnded(record));
  ascii::appendPadded(out += '/', static_cast<std::uint64_t>(record.status), 3);
  ascii::appendDecimal(out += ' ', record.client_out);
  appendRequest(out += ' ', record, options);
  appendPeer(out += " - ", record);
  record::appendEnd(out += " - [end=", record);
  record::appendId(out += " id=", record.id);
  out += "] [-]\n";
}

}  // namespace megaphone::observe
