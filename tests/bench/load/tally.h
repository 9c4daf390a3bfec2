// Tally: what a load did, and what went wrong. One JSON object at the end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "clock.h"
#include "histogram.h"

namespace bench {

struct Tally {
  static constexpr std::uint64_t kMostErrors = 500;  // then the load is given up

  std::uint64_t ok = 0;
  std::uint64_t bytes = 0;
  std::uint64_t sent = 0;        // datagrams
  std::uint64_t lost = 0;        // datagrams without an answer
  std::uint64_t late = 0;        // answers after they counted as lost
  std::uint64_t retries = 0;     // an idle connection was closed just as a request was sent
  std::uint64_t reconnects = 0;  // the server did not keep a connection
  std::uint64_t errors = 0;
  std::map<std::string, std::uint64_t> kinds;
  std::string firstError;
  Histogram latency;
  Nanoseconds began = 0;
  Nanoseconds last = 0;  // when the last piece of work was done

  void error(const std::string& kind, std::string_view detail = {});
  void done(Nanoseconds since);
  bool tooManyErrors() const { return errors >= kMostErrors; }
  // `extra`: further members, each with a comma in front.
  std::string json(std::string_view extra = {}) const;
};

}  // namespace bench
