#include "megaphone/observe/json_line.h"

#include "megaphone/base/ascii.h"
#include "megaphone/base/json.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;

void appendTime(std::string& out, WallTime time) {
  const auto us = std::chrono::floor<std::chrono::microseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(us);
  const std::chrono::year_month_day date(day);
  const auto in_day = static_cast<std::uint64_t>((us - day).count());
  const std::uint64_t seconds = in_day / 1'000'000;
  out += '"';
  ascii::appendPadded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  ascii::appendPadded(out += '-', static_cast<unsigned>(date.month()), 2);
  ascii::appendPadded(out += '-', static_cast<unsigned>(date.day()), 2);
  ascii::appendPadded(out += 'T', seconds / 3600, 2);
  ascii::appendPadded(out += ':', seconds / 60 % 60, 2);
  ascii::appendPadded(out += ':', seconds % 60, 2);
  ascii::appendPadded(out += '.', in_day % 1'000'000, 6);
  out += "Z\"";
}

// The target without user information, and without its query unless that is wanted. `cut` tells of the latter.
struct Target {
  std::string_view before;  // scheme and "://"
  std::string_view after;   // from the host on
  bool cut = false;
};

Target shown(std::string_view target, bool query_strings) {
  Target out;
  const std::size_t delimiter = target.find_first_of("/?#");
  const bool absolute = delimiter != std::string_view::npos && delimiter > 0 && target[delimiter - 1] == ':' &&
                        target.substr(delimiter, 2) == "//";
  const std::size_t host = absolute ? delimiter + 2 : 0;
  out.before = target.substr(0, host);
  out.after = target.substr(host);
  // What is no URL was refused, and may hide user information anywhere before its query.
  const std::size_t at = out.after.substr(0, out.after.find_first_of(absolute ? "/?#" : "?#")).rfind('@');
  if (at != std::string_view::npos) out.after.remove_prefix(at + 1);
  const std::size_t query = out.after.find('?');
  out.cut = !query_strings && query != std::string_view::npos;
  if (out.cut) out.after = out.after.substr(0, query);
  return out;
}

void appendTarget(std::string& out, std::string_view target, bool query_strings) {
  const Target parts = shown(target, query_strings);
  out += '"';
  json::appendEscaped(out, parts.before);
  json::appendEscaped(out, parts.after);
  out += parts.cut ? "?-\"" : "\"";
}

void requestMembers(json::Object& members, const ExchangeRecord& record, const JsonLineOptions& options) {
  members.textIfAny("method", record.method);
  if (!record.target.empty()) appendTarget(members.key("target"), record.target, options.query_strings);
  if (record.status > 0) members.number("status", static_cast<std::uint64_t>(record.status));
}

void originMembers(json::Object& members, const ExchangeRecord& record) {
  if (record.origin) {
    members.text("origin", record.origin->text());
    members.boolean("reused", record.origin_reused);
  }
  if (record.client_request != 0) members.number("client_request", record.client_request);
  members.milliseconds("ms_head", record.head);
  members.milliseconds("ms_resolve", record.resolve);
  members.milliseconds("ms_connect", record.connect);
  members.milliseconds("ms_first_byte", record.first_byte);
}

void endMembers(json::Object& members, const ExchangeRecord& record) {
  members.milliseconds("ms_total", record.total);
  if (record.reason != Reason::none) {
    members.text("reason", word(record.reason));
    members.text("ended_by", word(record.ended_by));
  }
  members.text("end", record.reason == Reason::none ? "complete" : word(record.reason));
  members.textIfAny("detail", record.detail);
}

void members(std::string& out, const ExchangeRecord& record, const JsonLineOptions& options) {
  const bool http = record.kind == Kind::http || record.kind == Kind::connect;
  json::Object members(out);
  appendTime(members.key("time"), record.began);
  members.number("id", record.id);
  members.text("listener", record.listener);
  members.text("kind", word(record.kind));
  if (record.client != Endpoint{}) members.text("client", record.client.text());
  if (http) requestMembers(members, record, options);
  members.number("client_in", record.client_in);
  members.number("client_out", record.client_out);
  if (http) {
    members.number("origin_in", record.origin_in);
    members.number("origin_out", record.origin_out);
    originMembers(members, record);
  }
  if (record.kind == Kind::uppercase_udp) {
    members.number("datagrams_in", record.datagrams_in);
    members.number("datagrams_out", record.datagrams_out);
  }
  endMembers(members, record);
}

}  // namespace

void appendJsonLine(std::string& out, const ExchangeRecord& record, const JsonLineOptions& options) {
  members(out, record, options);
  out += '\n';
}

}  // namespace megaphone::observe
