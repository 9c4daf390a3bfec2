// Failure: what is kept of an exchange that failed, to be shown to its client. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "megaphone/record/exchange_record.h"

namespace megaphone::record {

struct Failure {
  ExchangeId id = 0;  // stands in the access log too
  WallTime at{};
  std::string method;
  std::string target;  // of the record, without its query; at most kMostText bytes, then "..."
  int status = 0;      // as sent to the client; 0: none was
  Reason reason = Reason::none;
  Side side = Side::daemon;
  std::string detail;       // as in the log, if the client may know it; at most kMostText bytes
  bool by_itself = false;   // what browsers ask for of their own accord: nobody waits for it
  std::uint32_t times = 1;  // that it has failed so; all else is of the last time

  static constexpr std::size_t kMostText = 256;
  // Returns whether the same request has failed for the same reason.
  bool repeats(const Failure& other) const {
    return reason == other.reason && method == other.method && target == other.target;
  }
  // Memory that it takes, about.
  std::size_t size() const { return sizeof(Failure) + method.size() + target.size() + detail.size(); }
};

// Nothing for what ran to its end, and for what the client itself gave up.
std::optional<Failure> failureOf(const ExchangeRecord& record, WallTime now);

}  // namespace megaphone::record
