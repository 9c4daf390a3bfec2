// Report: the figures of a run, for --verbose and --json. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "diagnosis.h"
#include "hex_window.h"
#include "megaphone/base/json.h"
#include "megaphone/base/mono_time.h"
#include "ping_tally.h"

namespace megaphone::client {

struct Report {
  Place place;  // the server
  // The phases; negative: not reached.
  Duration resolve{-1};
  Duration connect{-1};
  Duration first_byte{-1};  // from the first byte sent to the first byte of an answer
  Duration total{-1};
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t messages = 0;  // asked one by one; a stream has none
  std::uint64_t answered = 0;
  std::uint64_t verified_bytes = 0;
  std::optional<Difference> difference;  // the first
  std::optional<PingFigures> ping;

  void sent(std::size_t bytes, MonoTime now);
  void received(std::size_t bytes, MonoTime now);

 private:
  std::optional<MonoTime> first_sent_;
};

// "sent 6 bytes, received 6 bytes; resolve 0.1 ms, connect 0.2 ms, first byte 0.1 ms, total 0.6 ms"
std::string summaryText(const Report& report);
// Returns the same as one line of JSON, with the outcome.
std::string summaryLine(const Report& report, const Outcome& outcome);

// "12.3 ms"
std::string millisecondsText(Duration duration);
// Appends the members end, cause and advice.
void addOutcome(json::Object& object, const Outcome& outcome);

}  // namespace megaphone::client
