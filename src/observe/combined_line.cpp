// The format of Apache and nginx, which tools for web servers read. What it has no place for stands behind it.
#include <array>

#include "line_parts.h"
#include "megaphone/base/ascii.h"
#include "megaphone/observe/line.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;

// As nginx does: no quote and no backslash is left, so that every reader finds the end of the field.
void appendField(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
      out += c;
    else
      ascii::appendHexByte(out += "\\x", c);
  }
}

void appendTime(std::string& out, WallTime time) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil at(time);
  ascii::appendPadded(out += '[', at.day, 2);
  out += '/';
  out += kMonths[at.month - 1];
  ascii::appendPadded(out += '/', at.year, 4);
  ascii::appendPadded(out += ':', at.hour, 2);
  ascii::appendPadded(out += ':', at.minute, 2);
  ascii::appendPadded(out += ':', at.second, 2);
  out += " +0000]";
}

void appendTarget(std::string& out, std::string_view text, const LineOptions& options) {
  for (const std::string_view piece : shown(text, options.query_strings)) appendField(out, piece);
}

// Readers want three words: what is no HTTP has some in their place, and is counted.
void appendRequest(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  switch (record.kind) {
    case Kind::uppercase_tcp:
      appendField(out += "TCP ", record.listener);
      out += " NONE";
      return;
    case Kind::uppercase_udp:
      appendField(out += "UDP ", record.listener);
      out += " NONE";
      return;
    case Kind::http:
    case Kind::connect: break;
  }
  if (record.method.empty()) {
    out += '-';
    return;
  }
  appendField(out, record.method);
  appendTarget(out += ' ', record.target, options);
  out += record.http10 ? " HTTP/1.0" : " HTTP/1.1";
}

// Readers want a status: where none was sent it is 499, as nginx has it for clients that did not wait for one.
int statusOf(const ExchangeRecord& record) {
  if (record.status != 0) return record.status;
  const bool hasNone = record.kind == Kind::uppercase_tcp || record.kind == Kind::uppercase_udp;
  return hasNone && record.reason == Reason::none ? 200 : 499;
}

}  // namespace

void appendCombinedLine(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  out += record.client.address.text();
  appendTime(out += " - - ", record.began);
  appendRequest(out += " \"", record, options);
  ascii::appendDecimal(out += "\" ", static_cast<std::uint64_t>(statusOf(record)));
  ascii::appendDecimal(out += ' ', record.client_out);
  out += " \"";
  record.referer.empty() ? void(out += '-') : appendTarget(out, record.referer, options);
  out += "\" \"";
  record.user_agent.empty() ? void(out += '-') : appendField(out, record.user_agent);
  record::appendEnd(out += "\" end=", record);
  record::appendId(out += " id=", record.id);
  if (record.total >= Duration::zero()) ascii::appendMilliseconds(out += " ms=", record.total);
  out += '\n';
}

}  // namespace megaphone::observe
