// The members of a line with names, whatever its syntax: JSON or logfmt.
//
// A Writer is json::Object, or what has the same members.
#pragma once

#include "line_parts.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/json.h"
#include "megaphone/observe/line.h"

namespace megaphone::observe {

template <class Writer>
void appendRequestMembers(Writer& members, const record::ExchangeRecord& record, const LineOptions& options) {
  members.textIfAny("method", record.method);
  if (!record.target.empty()) members.text("target", shown(record.target, options.query_strings));
  if (record.status > 0) members.number("status", static_cast<std::uint64_t>(record.status));
  members.textIfAny("user_agent", record.user_agent);
}

template <class Writer>
void appendOriginMembers(Writer& members, const record::ExchangeRecord& record) {
  members.number("origin_in", record.origin_in);
  members.number("origin_out", record.origin_out);
  if (record.origin) {
    members.text("origin", record.origin->text());
    members.boolean("reused", record.origin_reused);
  }
  if (record.client_request != 0) members.number("client_request", record.client_request);
  members.milliseconds("ms_head", record.head);
  members.milliseconds("ms_resolve", record.resolve);
  members.milliseconds("ms_connect", record.connect);
  members.milliseconds("ms_upload", record.upload);
  members.milliseconds("ms_first_byte", record.first_byte);
  members.milliseconds("ms_client_ended", record.client_ended);
}

template <class Writer>
void appendEndMembers(Writer& members, const record::ExchangeRecord& record) {
  members.milliseconds("ms_total", record.total);
  members.textIfAny("reason", word(record.reason));
  if (record.reason != Reason::none || record.ended_by != Side::daemon) {
    members.text("ended_by", word(record.ended_by));
  }
  members.plain("end", [&](std::string& out) { record::appendEnd(out, record); });
  members.textIfAny("detail", record.detail);
}

template <class Writer>
void appendTimeMember(Writer& members, const record::ExchangeRecord& record) {
  members.plain("time", [&](std::string& out) { appendTimestamp(out, record.began); });
}

// What is known before the end.
template <class Writer>
void appendMembersSoFar(Writer& members, const record::ExchangeRecord& record, const LineOptions& options) {
  using record::Kind;
  const bool http = record.kind == Kind::http || record.kind == Kind::connect;
  members.text("listener", record.listener);
  members.text("kind", word(record.kind));
  if (record.client != Endpoint{}) members.text("client", record.client.text());
  if (http) appendRequestMembers(members, record, options);
  members.number("client_in", record.client_in);
  members.number("client_out", record.client_out);
  if (http) appendOriginMembers(members, record);
  if (record.kind == Kind::uppercase_udp) {
    members.number("datagrams_in", record.datagrams_in);
    members.number("datagrams_out", record.datagrams_out);
  }
}

template <class Writer>
void appendIdMember(Writer& members, const record::ExchangeRecord& record) {
  members.plain("id", [&](std::string& out) { record::appendId(out, record.id); });
}

template <class Writer>
void appendMembers(Writer& members, const record::ExchangeRecord& record, const LineOptions& options) {
  appendTimeMember(members, record);
  appendIdMember(members, record);
  appendMembersSoFar(members, record, options);
  appendEndMembers(members, record);
}

}  // namespace megaphone::observe
