// ping_text: the output of --ping, for people and for programs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "diagnosis.h"
#include "megaphone/base/json.h"
#include "ping_tally.h"

namespace megaphone::client {

// The result of one question.
struct PingEvent {
  enum class Kind : std::uint8_t { answer, reordered, duplicate, stray, wrong, overdue };

  Kind kind = Kind::answer;
  std::optional<std::uint64_t> number;  // of the question, where it is known
  Duration took{-1};                    // of a good answer
};

// "64 bytes from 127.0.0.1:7007: number 3, 0.123 ms, out of order"
std::string eventText(const PingEvent& event, std::size_t size, const Place& place);
std::string eventLine(const PingEvent& event);

// Returns the summary as ping(8) prints it, with percentiles. Its first line is empty: at a terminal it ends that of
// ^C.
std::string figuresText(const PingFigures& figures, const Place& place, Duration total);
// Returns a histogram of the round trips: a bar for each range.
std::string histogramText(const RoundTrips& round_trips);
// Appends the members of the summary.
void addFigures(json::Object& object, const PingFigures& figures);

}  // namespace megaphone::client
