// SourceTable: remembers the sources of datagrams of an uppercase UDP service, in a table of fixed size. Pure.
//
// It ends loops between two services that answer each other (CVE-2024-2169): a source that sends the same payload,
// unchanged by upper-casing, many times in a row is silenced. It bounds the rate of one source address. A keyed hash
// chooses a set of four entries, and the least recently used one is replaced, so that forged sources displace each
// other and take no memory.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::uppercase {

class SourceTable {
 public:
  struct Limits {
    std::uint32_t rate = 0;  // datagrams a second from one address; 0: any
    bool rateLoopback = false;
    std::uint32_t repeats = 0;  // 0: never silence
    Duration silence{};
    bool operator==(const Limits&) const = default;
  };
  enum class Verdict : std::uint8_t {
    answer,
    silence_begins,  // drop, and log it once
    silenced,        // drop
    too_fast,        // drop
  };

  SourceTable(const Limits& limits, std::uint64_t key);

  // Returns what to do with a datagram. `unchanged`: the payload has no letter that upper-casing would change.
  Verdict judge(const Endpoint& source, std::span<const char> payload, bool unchanged, MonoTime now);

 private:
  static constexpr std::size_t kSets = 1024;
  static constexpr std::size_t kWays = 4;

  struct Entry {
    Endpoint source;
    bool used = false;
    std::uint32_t repeats = 0;
    std::uint64_t payload = 0;  // hash of the last unchanged one
    MonoTime silentUntil{};
    MonoTime heard{};
    double tokens = 0;
  };
  Entry& entryFor(const Endpoint& source, MonoTime now);
  bool tooFast(const IpAddress& address, MonoTime now);
  std::uint64_t hash(std::span<const char> bytes, std::uint64_t seed) const;

  Limits limits_;
  std::uint64_t key_;
  std::vector<std::array<Entry, kWays>> sets_;
};

}  // namespace megaphone::uppercase
