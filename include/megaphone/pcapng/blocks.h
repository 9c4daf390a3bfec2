// Blocks of a capture file (pcapng, draft-ietf-opsawg-pcapng), appended to a string. Pure.
//
// Numbers are little-endian, times are nanoseconds since 1970. All interfaces have the link type Ethernet, with zero
// addresses as on a loopback interface: libpcap reads only one interface of type RAW, and these files can be merged
// with captures of a real network. Every function appends one whole block, so a file may end after any of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::pcapng {

// Longer comments (bytes) are cut. Bytes that are not UTF-8 become '?'.
inline constexpr std::size_t kLongestComment = 2'000;

// Begins a section, in which interfaces are numbered from 0.
void appendSection(std::string& out, std::string_view application, std::string_view comment);

// Adds an interface to the section; the first one has number 0.
void appendInterface(std::string& out, std::string_view name, std::string_view description);

enum class Direction : std::uint8_t { inbound = 1, outbound = 2 };  // as the daemon sees it

struct Packet {
  std::uint32_t interface = 0;
  WallTime time{};
  Direction direction = Direction::inbound;
  std::string_view headers = {};         // the IP header and those after it
  std::string_view payload = {};         // REQUIRES: the packet has a valid IP length, with IPv4 at most 65'535 bytes
  std::optional<std::size_t> kept = {};  // bytes of the payload that are written to the file; nothing: all
  std::uint64_t lost = 0;                // packets of this interface that were lost since the last one
  std::span<const std::string> comments = {};
};
void appendPacket(std::string& out, const Packet& packet);

// Records that the address has that name. REQUIRES: the name has no NUL.
void appendName(std::string& out, const IpAddress& address, std::string_view name);

void appendStatistics(std::string& out, std::uint32_t interface, WallTime time, std::uint64_t received,
                      std::uint64_t lost);

}  // namespace megaphone::pcapng
