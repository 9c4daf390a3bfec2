// Packets: IP, TCP, UDP and ICMP headers with right lengths and checksums, for a payload that stays where it is. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone::pcapng {

// The largest piece of a stream that goes into one packet.
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

// The headers in front of the payload. REQUIRES everywhere: both ends are of one family.
std::string tcpHeaders(const Endpoint& from, const Endpoint& to, const TcpSegment& segment, std::string_view payload);
std::string udpHeaders(const Endpoint& from, const Endpoint& to, std::string_view payload);

// A whole packet, with which `from` says that nobody takes what `headers` and its payload of that size carried there.
std::string portUnreachable(const IpAddress& from, const IpAddress& to, std::string_view headers);

}  // namespace megaphone::pcapng
