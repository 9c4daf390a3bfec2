#include "megaphone/uppercase/source_table.h"

#include <algorithm>
#include <cstring>

namespace megaphone::uppercase {
namespace {

// One round of splitmix64.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

SourceTable::SourceTable(const Limits& limits, std::uint64_t key) : limits_(limits), key_(key), sets_(kSets) {}

SourceTable::Verdict SourceTable::judge(const Endpoint& source, std::span<const char> payload, bool unchanged,
                                        MonoTime now) {
  if (tooFast(source.address, now)) return Verdict::too_fast;
  Entry& entry = entryFor(source, now);
  if (entry.silentUntil > now) return Verdict::silenced;
  entry.heard = std::max(entry.heard, now);
  if (!unchanged || limits_.repeats == 0) {
    entry.repeats = 0;
    return Verdict::answer;
  }
  const std::uint64_t digest = hash(payload, payload.size());
  entry.repeats = digest == entry.payload ? entry.repeats + 1 : 1;
  entry.payload = digest;
  if (entry.repeats <= limits_.repeats) return Verdict::answer;
  entry.repeats = 0;
  entry.silentUntil = now + limits_.silence;
  return Verdict::silence_begins;
}

SourceTable::Entry& SourceTable::entryFor(const Endpoint& source, MonoTime now) {
  auto& set = sets_[hash({source.address.bytes().data(), source.address.bytes().size()}, source.port) % kSets];
  for (Entry& entry : set) {
    if (entry.used && entry.source == source) return entry;
  }
  Entry* oldest = &set[0];
  for (Entry& entry : set) {
    if (!entry.used) {
      oldest = &entry;
      break;
    }
    if (entry.heard < oldest->heard) oldest = &entry;
  }
  *oldest = Entry{};
  oldest->used = true;
  oldest->source = source;
  oldest->heard = now;
  oldest->tokens = limits_.rate;
  return *oldest;
}

// A bucket of one second's worth. It stands under port 0, from which no datagram is ever answered.
bool SourceTable::tooFast(const IpAddress& address, MonoTime now) {
  if (limits_.rate == 0 || (!limits_.rateLoopback && address.isLoopback())) return false;
  Entry& entry = entryFor({address, 0}, now);
  // Loops that share the table do not read the clock at the same moment.
  const double seconds = std::max(std::chrono::duration<double>(now - entry.heard).count(), 0.0);
  entry.tokens = std::min<double>(limits_.rate, entry.tokens + seconds * limits_.rate);
  entry.heard = std::max(entry.heard, now);
  if (entry.tokens < 1) return true;
  entry.tokens -= 1;
  return false;
}

std::uint64_t SourceTable::hash(std::span<const char> bytes, std::uint64_t seed) const {
  std::uint64_t h = mix(key_ ^ seed);
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
    h = mix(h ^ word);
  }
  return h;
}

}  // namespace megaphone::uppercase
