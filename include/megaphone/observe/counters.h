// Counters: what one event loop has done. Written by its thread alone, read by any.
//
// Numbers that belong together may be read a moment apart. Dropped access log records are counted by their ring
// (RecordRing::dropped).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "megaphone/base/reason.h"

namespace megaphone::observe {

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
struct CountersOf {
  struct Connections {
    Number accepted{};
    Number refused{};  // connections, by a rule or a limit
    Number open{};     // now; tunnels are counted as tunnels_open
  };
  Connections uppercase_tcp;
  Connections proxy;

  Number requests{};  // that became no tunnel, refused ones included; when they are over
  Number tunnels{};   // by CONNECT or Upgrade; when they are over
  Number tunnels_open{};

  Number datagrams_in{};
  Number datagrams_out{};
  Number datagrams_dropped{};

  Number client_bytes_in{};  // TCP of all kinds as they pass, datagrams with each record
  Number client_bytes_out{};
  Number origin_bytes_in{};
  Number origin_bytes_out{};

  std::array<Number, kReasonCount> ended{};  // by Reason, `none` included
};

struct alignas(64) Counters : CountersOf<Counter> {  // no loop writes in another's cache line
  void countEnd(Reason reason) { ended[static_cast<std::size_t>(reason)].add(); }
};
using Totals = CountersOf<std::uint64_t>;

// Over all loops.
Totals sum(std::span<const Counters* const> loops);
// Requests that a rule or a limit has refused.
std::uint64_t requestsRefused(const Totals& totals);

}  // namespace megaphone::observe
