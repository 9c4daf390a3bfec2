// The address of this machine that a datagram belongs to, out of its control data (IP_PKTINFO, IPV6_PKTINFO).
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>

#include "megaphone/base/endpoint.h"

namespace megaphone::uv {

inline IpAddress addressOf(const in_pktinfo& info) {
  std::array<std::uint8_t, 4> bytes;
  std::memcpy(bytes.data(), &info.ipi_addr, bytes.size());
  return IpAddress::v4(bytes);
}

inline IpAddress addressOf(const in6_pktinfo& info) {
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &info.ipi6_addr, bytes.size());
  return IpAddress::v6(bytes).unmapped();
}

template <class Info>
Info packetInfo(const cmsghdr& control) {
  Info info;
  std::memcpy(&info, CMSG_DATA(&control), sizeof info);
  return info;
}

inline bool isPacketInfo4(const cmsghdr& control) {
  return control.cmsg_level == IPPROTO_IP && control.cmsg_type == IP_PKTINFO;
}
inline bool isPacketInfo6(const cmsghdr& control) {
  return control.cmsg_level == IPPROTO_IPV6 && control.cmsg_type == IPV6_PKTINFO;
}

// Returns nothing for other control data.
inline std::optional<IpAddress> addressOfPacketInfo(const cmsghdr& control) {
  if (isPacketInfo4(control)) return addressOf(packetInfo<in_pktinfo>(control));
  if (isPacketInfo6(control)) return addressOf(packetInfo<in6_pktinfo>(control));
  return std::nullopt;
}

}  // namespace megaphone::uv
