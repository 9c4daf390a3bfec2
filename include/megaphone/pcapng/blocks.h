// The blocks of a capture file (pcapng, draft-ietf-opsawg-pcapng), appended to a string. Pure.
//
// Numbers are little-endian, times are nanoseconds since 1970. All interfaces have one link type, Ethernet, without
// addresses as on a loopback interface: of RAW, libpcap reads no second interface, and captures of a real wire can be
// merged with these.
// Every function appends one whole block, so that a file may end behind any of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::pcapng {

// Longer comments are cut. Bytes that are no UTF-8 become '?'.
inline constexpr std::size_t kLongestComment = 2'000;

// Begins a section: interfaces are numbered anew behind it.
void appendSection(std::string& out, std::string_view application, std::string_view comment);

// The first one of a section is interface 0.
void appendInterface(std::string& out, std::string_view name, std::string_view description);

enum class Direction : std::uint8_t { inbound = 1, outbound = 2 };  // as the daemon sees it

struct Packet {
  std::uint32_t interface = 0;
  WallTime time{};
  Direction direction = Direction::inbound;
  std::string_view headers = {};         // IP and what follows it
  std::string_view payload = {};         // REQUIRES: a packet of an IP length, 65'535 bytes or less with IPv4
  std::optional<std::size_t> kept = {};  // so much of the payload is in the file; nothing: all of it
  std::uint64_t lost = 0;                // packets of this interface that are missing since the last one
  std::span<const std::string> comments = {};
};
void appendPacket(std::string& out, const Packet& packet);

// That the address has that name. REQUIRES: the name has no NUL.
void appendName(std::string& out, const IpAddress& address, std::string_view name);

void appendStatistics(std::string& out, std::uint32_t interface, WallTime time, std::uint64_t received,
                      std::uint64_t lost);

}  // namespace megaphone::pcapng
