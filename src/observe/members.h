// The members of a line with names, whatever its syntax: JSON or logfmt. They follow from the table of fields; a field
// is written by its type, unless there is a Writing for it below.
//
// A Writer is json::Object, or what has the same members.
#pragma once

#include "line_parts.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/json.h"
#include "megaphone/observe/line.h"
#include "megaphone/record/fields.h"

namespace megaphone::observe {

using json::Name;
using record::ExchangeRecord;

// --- by type: what has no meaning is not written ---------------------------------------------------------------------

template <class Writer>
void appendValue(Writer& members, const Name& name, const std::string& text) {
  members.textIfAny(name, text);
}
template <class Writer>
void appendValue(Writer& members, const Name& name, std::uint64_t number) {
  members.number(name, number);
}
template <class Writer>
void appendValue(Writer& members, const Name& name, std::uint32_t ordinal) {  // from 1
  if (ordinal != 0) members.number(name, ordinal);
}
template <class Writer>
void appendValue(Writer& members, const Name& name, int status) {
  if (status > 0) members.number(name, static_cast<std::uint64_t>(status));
}
template <class Writer>
void appendValue(Writer& members, const Name& name, Duration duration) {
  members.milliseconds(name, duration);
}
template <class Writer>
void appendValue(Writer& members, const Name& name, WallTime time) {
  members.plain(name, [&](std::string& out) { appendTimestamp(out, time); });
}
template <class Writer>
void appendValue(Writer& members, const Name& name, const Endpoint& endpoint) {
  if (endpoint != Endpoint{}) members.text(name, endpoint.text());
}
template <class Writer>
void appendValue(Writer& members, const Name& name, const std::optional<Endpoint>& endpoint) {
  if (endpoint) members.text(name, endpoint->text());
}
template <class Writer>
void appendValue(Writer& members, const Name& name, record::Kind kind) {
  members.text(name, word(kind));
}
template <class Writer>
void appendValue(Writer& members, const Name& name, Reason reason) {
  members.textIfAny(name, word(reason));
}

// --- otherwise -------------------------------------------------------------------------------------------------------

template <auto Member>
struct Writing {
  template <class Writer>
  static void append(Writer& members, const Name& name, const ExchangeRecord& record, const LineOptions&) {
    appendValue(members, name, record.*Member);
  }
};

template <>
struct Writing<&ExchangeRecord::id> {
  template <class Writer>
  static void append(Writer& members, const Name& name, const ExchangeRecord& record, const LineOptions&) {
    if (record.id != 0) members.plain(name, [&](std::string& out) { record::appendId(out, record.id); });
  }
};

template <>
struct Writing<&ExchangeRecord::target> {
  template <class Writer>
  static void append(Writer& members, const Name& name, const ExchangeRecord& record, const LineOptions& options) {
    if (!record.target.empty()) members.text(name, shown(record.target, options.query_strings));
  }
};

template <>
struct Writing<&ExchangeRecord::origin_reused> {
  template <class Writer>
  static void append(Writer& members, const Name& name, const ExchangeRecord& record, const LineOptions&) {
    if (record.origin) members.boolean(name, record.origin_reused);
  }
};

template <>
struct Writing<&ExchangeRecord::ended_by> {
  template <class Writer>
  static void append(Writer& members, const Name& name, const ExchangeRecord& record, const LineOptions&) {
    const bool byThemselves = record.reason == Reason::none && record.ended_by == Side::daemon;
    if (!byThemselves) members.text(name, word(record.ended_by));
  }
};

template <>
struct Writing<&ExchangeRecord::ended_in> {
  template <class Writer>
  static void append(Writer& members, const Name& name, const ExchangeRecord& record, const LineOptions&) {
    members.plain(name, [&](std::string& out) { record::appendEnd(out, record); });
  }
};

// --- all of them -----------------------------------------------------------------------------------------------------

inline bool hasMeaning(record::Of of, record::Kind kind) {
  switch (of) {
    case record::Of::http: return kind == record::Kind::http || kind == record::Kind::connect;
    case record::Of::datagrams: return kind == record::Kind::uppercase_udp;
    case record::Of::all: break;
  }
  return true;
}

template <class Row, class Writer>
void appendField(Writer& members, const ExchangeRecord& record, const LineOptions& options) {
  constexpr const auto& field = Row::field;
  if constexpr (!field.name.bare().empty()) {
    if (hasMeaning(field.of, record.kind)) Writing<field.kMember>::append(members, field.name, record, options);
  }
}

// Appends the fields that are known then.
template <record::Known Known, class Writer>
void appendFields(Writer& members, const ExchangeRecord& record, const LineOptions& options) {
  record::forEachField([&]<class Row>(Row) {
    if constexpr (Row::field.known == Known) appendField<Row>(members, record, options);
  });
}

template <class Writer>
void appendMembers(Writer& members, const ExchangeRecord& record, const LineOptions& options) {
  record::forEachField([&]<class Row>(Row) { appendField<Row>(members, record, options); });
}

}  // namespace megaphone::observe
