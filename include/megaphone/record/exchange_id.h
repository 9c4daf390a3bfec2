// ExchangeId: the name of an exchange, tunnel, TCP session or interval of datagrams; the same text in the access log,
// on pages, in lists and in captures. Pure.
//
// 64 bits: 20 of the start of the daemon, 8 of the event loop, 36 that count. As text "k3f9-1-42": start, loop, number.
// Ids of one run never meet, without a lock. Runs that follow each other differ in the start: the time in 64ths of a
// second, in which no process ends and starts again. The start comes round after four and a half hours.
#pragma once

#include <cstdint>
#include <string>

#include "megaphone/base/mono_time.h"

namespace megaphone::record {

using ExchangeId = std::uint64_t;  // 0: none yet

// Returns the id in front of the first one of that loop, for a daemon that was started at `start`. Counting up from it
// gives the ids. REQUIRES: loop < 256.
ExchangeId idBeforeFirst(WallTime start, unsigned loop);

void appendId(std::string& out, ExchangeId id);
std::string idText(ExchangeId id);

}  // namespace megaphone::record
