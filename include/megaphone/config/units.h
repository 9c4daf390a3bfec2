// Durations, sizes and networks as people write them: in the file, on the command line, in messages. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::config {

template <class T>
struct Reading {
  std::optional<T> value;
  std::string advice;  // how to write it instead; set exactly when there is no value
};

// Reads a whole number and a unit without a blank between: "500ms", "30s", "10min", "1h".
Reading<Duration> readDuration(std::string_view text);
// Returns the shortest text that readDuration() reads to the same. REQUIRES: whole milliseconds.
std::string durationText(Duration duration);

// Reads a whole number and a unit: "512B", "64KiB", "1MiB", "1GiB" (powers of 1024), "1kB", "1MB", "1GB" (powers of
// 1000).
Reading<std::uint64_t> readSize(std::string_view text);
// Returns the shortest text that readSize() reads to the same.
std::string sizeText(std::uint64_t bytes);

// A word for a group of networks. "any" is every address; "private" does not contain loopback, nor link-local.
struct NetworkWord {
  std::string_view word;
  std::vector<IpNetwork> networks;
};
const std::vector<NetworkWord>& networkWords();

// The word for the addresses of this machine's interfaces, loopback aside, whatever they are. Only in lists of
// destinations.
inline constexpr std::string_view kThisMachine = "this-machine";

// Reads "10.0.0.0/8", "::1", or one of the words.
Reading<std::vector<IpNetwork>> readNetworks(std::string_view text);

}  // namespace megaphone::config
