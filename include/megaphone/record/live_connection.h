// LiveConnection: one connection of a client while it lasts, as the list of live connections shows it. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "megaphone/base/mono_time.h"
#include "megaphone/record/client.h"
#include "megaphone/record/exchange_record.h"

namespace megaphone::record {

struct LiveConnection {
  enum class State : std::uint8_t {
    idle,    // between two requests
    busy,    // in a phase
    ending,  // the last bytes go out, or our end is sent and the client's is awaited
  };
  ExchangeRecord record;  // so far; id 0: of the next request, which has not begun
  State state = State::idle;
  Phase phase = Phase::none;
  Duration age{};  // since the exchange, tunnel or session began; of an idle one, since it is idle
  ConnectionId connection{};
};

// "idle", "ending", the word of the phase, or "open" where there are no phases.
std::string_view word(const LiveConnection& live);

}  // namespace megaphone::record
