// Fields: one table of what an ExchangeRecord has. The ring of the access log, its lines with names, the list of live
// connections in JSON and clear() follow from it: a new field is a member and a row. Pure.
//
// The order of the rows is that of the members of a line.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "megaphone/base/json.h"
#include "megaphone/record/exchange_record.h"

namespace megaphone::record {

// The records in whose lines a field has a meaning.
enum class Of : std::uint8_t { all, http, datagrams };

// When a field is known.
enum class Known : std::uint8_t { early, so_far, at_end };

template <auto Member>
struct Field {
  using Value = std::remove_reference_t<decltype(std::declval<ExchangeRecord&>().*Member)>;
  static constexpr auto kMember = Member;
  static constexpr bool kIsText = std::is_same_v<Value, std::string>;
  static constexpr std::size_t kSize = sizeof(Value);

  static Value& in(ExchangeRecord& record) { return record.*Member; }
  static const Value& in(const ExchangeRecord& record) { return record.*Member; }

  json::Name name;  // "": no line has it under a name
  Of of = Of::all;
  Known known = Known::so_far;
  std::uint16_t most = 0;  // of a text: the bytes that the log keeps of it
};

namespace fields {

using R = ExchangeRecord;

// Without what is told to nobody: `counted` and `detail_is_inner`.
inline constexpr std::tuple kAll{
    Field<&R::began>{"time", Of::all, Known::early},
    Field<&R::id>{"id", Of::all, Known::early},
    Field<&R::listener>{"listener", Of::all, Known::so_far, 64},
    Field<&R::kind>{"kind"},
    Field<&R::client>{"client"},
    Field<&R::method>{"method", Of::http, Known::so_far, 64},
    Field<&R::target>{"target", Of::http, Known::so_far, 8 * 1024},
    Field<&R::http10>{""},
    Field<&R::status>{"status", Of::http},
    Field<&R::referer>{"", Of::http, Known::so_far, 2 * 1024},
    Field<&R::user_agent>{"user_agent", Of::http, Known::so_far, 512},
    Field<&R::client_in>{"client_in"},
    Field<&R::client_out>{"client_out"},
    Field<&R::origin_in>{"origin_in", Of::http},
    Field<&R::origin_out>{"origin_out", Of::http},
    Field<&R::origin>{"origin", Of::http},
    Field<&R::origin_reused>{"reused", Of::http},
    Field<&R::client_request>{"client_request", Of::http},
    Field<&R::head>{"ms_head", Of::http},
    Field<&R::resolve>{"ms_resolve", Of::http},
    Field<&R::connect>{"ms_connect", Of::http},
    Field<&R::upload>{"ms_upload", Of::http},
    Field<&R::first_byte>{"ms_first_byte", Of::http},
    Field<&R::client_ended>{"ms_client_ended", Of::http},
    Field<&R::datagrams_in>{"datagrams_in", Of::datagrams},
    Field<&R::datagrams_out>{"datagrams_out", Of::datagrams},
    Field<&R::total>{"ms_total", Of::all, Known::at_end},
    Field<&R::reason>{"reason", Of::all, Known::at_end},
    Field<&R::ended_by>{"ended_by", Of::all, Known::at_end},
    Field<&R::ended_in>{"end", Of::all, Known::at_end},
    Field<&R::detail>{"detail", Of::all, Known::at_end, 1024},
};

}  // namespace fields

// One row, as a type: what it says is known when it is compiled.
template <std::size_t I>
struct Row {
  static constexpr const auto& field = std::get<I>(fields::kAll);
};

// Calls visit(Row<I>()) for each row, in their order.
template <class Visit>
constexpr void forEachField(Visit&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (visit(Row<I>()), ...); }
  (std::make_index_sequence<std::tuple_size_v<decltype(fields::kAll)>>());
}

}  // namespace megaphone::record
