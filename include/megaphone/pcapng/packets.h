// Packets: IP, TCP, UDP and ICMP headers with lengths and checksums, for a payload that is not copied. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone::pcapng {

// The largest piece of a stream in one packet, in bytes.
inline constexpr std::size_t kLargestSegment = 60'000;

struct TcpFlags {
  bool fin = false;
  bool syn = false;
  bool rst = false;
  bool psh = false;
  bool ack = false;
};

struct TcpSegment {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;  // 0 without flags.ack
  TcpFlags flags;
};

// Return the headers to write in front of the payload. REQUIRES everywhere: both addresses are of one family.
std::string tcpHeaders(const Endpoint& from, const Endpoint& to, const TcpSegment& segment, std::string_view payload);
std::string udpHeaders(const Endpoint& from, const Endpoint& to, std::string_view payload);

// Returns an ICMP port-unreachable packet from `from`, which quotes the datagram that began with `headers`.
std::string portUnreachable(const IpAddress& from, const IpAddress& to, std::string_view headers);

}  // namespace megaphone::pcapng
