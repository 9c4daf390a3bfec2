// The format for eyes: columns that stand below each other, and behind them what has no bounded width.
#include "line_parts.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/escaped.h"
#include "megaphone/observe/line.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;

// Appends a column; what is wider than it pushes the others to the right.
void appendLeft(std::string& out, std::string_view text, std::size_t width) {
  out.append(text).append(text.size() < width ? width - text.size() : 0, ' ') += "  ";
}

void appendRight(std::string& out, std::string_view text, std::size_t width) {
  out.append(text.size() < width ? width - text.size() : 0, ' ').append(text) += "  ";
}

// To milliseconds, which is enough to tell lines apart.
void appendTime(std::string& out, WallTime time) {
  const Civil at(time);
  ascii::appendPadded(out, at.year, 4);
  ascii::appendPadded(out += '-', at.month, 2);
  ascii::appendPadded(out += '-', at.day, 2);
  ascii::appendPadded(out += ' ', at.hour, 2);
  ascii::appendPadded(out += ':', at.minute, 2);
  ascii::appendPadded(out += ':', at.second, 2);
  ascii::appendPadded(out += '.', at.microsecond / 1000, 3);
  out += "Z  ";
}

std::string methodOf(const ExchangeRecord& record) {
  if (record.kind == Kind::uppercase_tcp) return "TCP";
  if (record.kind == Kind::uppercase_udp) return "UDP";
  return record.method.empty() ? "-" : escaped(record.method);
}

std::string targetOf(const ExchangeRecord& record, const LineOptions& options) {
  if (record.kind == Kind::uppercase_tcp || record.kind == Kind::uppercase_udp) return escaped(record.listener);
  return record.target.empty() ? "-" : escaped(shownTarget(record.target, options));
}

std::string millisecondsOf(const ExchangeRecord& record) {
  std::string out;
  ascii::appendMilliseconds(out, record.ended() - record.began);
  return out += "ms";
}

std::string endOf(const ExchangeRecord& record) {
  std::string out;
  record::appendEnd(out, record);
  return out;
}

}  // namespace

void appendTextLine(std::string& out, const ExchangeRecord& record, const LineOptions& options) {
  appendTime(out, record.ended());
  appendLeft(out, record.client == Endpoint{} ? "-" : record.client.address.text(), 15);
  appendLeft(out, methodOf(record), 7);
  appendLeft(out, record.status == 0 ? "-" : std::to_string(record.status), 3);
  appendRight(out, std::to_string(record.client_out), 9);
  appendRight(out, millisecondsOf(record), 12);
  appendLeft(out, endOf(record), 21);
  out += targetOf(record, options);
  record::appendId(out += "  ", record.id);
  if (!record.detail.empty()) out += "  " + escaped(record.detail);
  out += '\n';
}

}  // namespace megaphone::observe
