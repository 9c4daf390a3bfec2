// Counters: what one listener has done on one event loop. Written by the loop's thread alone, read by any.
//
// One table (kCounterRows) says what is counted; sums, the status and its JSON follow from it. A new counter is an
// enumerator and a row. Numbers that belong together may be read a moment apart. Dropped access log records are counted
// by their ring (RecordRing::dropped).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "megaphone/base/json.h"
#include "megaphone/base/reason.h"

namespace megaphone::observe {

enum class Count : std::uint8_t {
  accepted,
  refused,
  open,
  tunnels_open,
  requests,
  requests_refused,
  tunnels,
  datagrams_in,
  datagrams_out,
  datagrams_dropped,
  client_bytes_in,
  client_bytes_out,
  origin_bytes_in,
  origin_bytes_out,
};

struct CounterRow {
  enum class Nature : std::uint8_t {
    total,  // only grows
    gauge,  // how many there are now
  };
  enum class Unit : std::uint8_t { count, bytes };

  Count count;
  json::Name name;         // in JSON
  std::string_view label;  // among the totals that people read; "": the tables of listeners and loops have it
  std::string_view help;   // a sentence
  Nature nature = Nature::total;
  Unit unit = Unit::count;
};

inline constexpr std::array kCounterRows{
    CounterRow{Count::accepted, "accepted", "", "Connections of clients that were let in."},
    CounterRow{Count::refused, "refused", "", "Connections of clients that a rule or a limit has refused."},
    CounterRow{Count::open, "open", "", "Connections of clients that are open, tunnels aside.",
               CounterRow::Nature::gauge},
    CounterRow{Count::tunnels_open, "tunnels_open", "", "Tunnels that are open.", CounterRow::Nature::gauge},
    CounterRow{Count::requests, "requests", "requests",
               "Requests that became no tunnel, refused ones included, when they are over."},
    CounterRow{Count::requests_refused, "requests_refused", "requests refused",
               "Requests that a rule or a limit has refused."},
    CounterRow{Count::tunnels, "tunnels", "tunnels", "Tunnels by CONNECT or Upgrade, when they are over."},
    CounterRow{Count::datagrams_in, "datagrams_in", "datagrams in", "Datagrams of clients, with each record."},
    CounterRow{Count::datagrams_out, "datagrams_out", "datagrams out", "Datagrams that answered them."},
    CounterRow{Count::datagrams_dropped, "datagrams_dropped", "datagrams dropped", "Datagrams without an answer."},
    CounterRow{Count::client_bytes_in, "client_bytes_in", "from clients",
               "Bytes from clients: by TCP as they pass, of datagrams with each record.", CounterRow::Nature::total,
               CounterRow::Unit::bytes},
    CounterRow{Count::client_bytes_out, "client_bytes_out", "to clients", "Bytes to clients, counted so, too.",
               CounterRow::Nature::total, CounterRow::Unit::bytes},
    CounterRow{Count::origin_bytes_in, "origin_bytes_in", "from origins", "Bytes from origins, as they pass.",
               CounterRow::Nature::total, CounterRow::Unit::bytes},
    CounterRow{Count::origin_bytes_out, "origin_bytes_out", "to origins", "Bytes to origins, as they pass.",
               CounterRow::Nature::total, CounterRow::Unit::bytes},
};

// One writing thread: no locked instruction is needed.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.store(read() + n, std::memory_order_relaxed); }
  void subtract(std::uint64_t n = 1) { value_.store(read() - n, std::memory_order_relaxed); }
  std::uint64_t read() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

template <class Number>
class CountersOf {
 public:
  Number& operator[](Count count) { return counts_[static_cast<std::size_t>(count)]; }
  const Number& operator[](Count count) const { return counts_[static_cast<std::size_t>(count)]; }
  // Returns how many have ended for that reason; `none`: how many ran to their end.
  Number& ended(Reason reason) { return ended_[static_cast<std::size_t>(reason)]; }
  const Number& ended(Reason reason) const { return ended_[static_cast<std::size_t>(reason)]; }

 private:
  std::array<Number, kCounterRows.size()> counts_{};
  std::array<Number, kReasonCount> ended_{};
};

struct alignas(64) Counters : CountersOf<Counter> {};  // no loop writes in another's cache line
using Totals = CountersOf<std::uint64_t>;

// Adds all numbers of `from`.
void add(Totals& to, const Counters& from);
void add(Totals& to, const Totals& from);

}  // namespace megaphone::observe
