#include "megaphone/record/live_connection.h"

namespace megaphone::record {

std::string_view word(const LiveConnection& live) {
  if (live.state == LiveConnection::State::idle) return "idle";
  if (live.state == LiveConnection::State::ending) return "ending";
  return live.phase == Phase::none ? "open" : word(live.phase);
}

}  // namespace megaphone::record
