#include "network_error.h"

#include <linux/errqueue.h>
#include <linux/icmpv6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "megaphone/base/endpoint.h"

namespace megaphone::client {
namespace {

bool isForbidden(const sock_extended_err& error) {
  if (error.ee_origin == SO_EE_ORIGIN_ICMP6) {
    return error.ee_type == ICMPV6_DEST_UNREACH &&
           (error.ee_code == ICMPV6_ADM_PROHIBITED || error.ee_code == ICMPV6_POLICY_FAIL);
  }
  return error.ee_type == ICMP_DEST_UNREACH &&
         (error.ee_code == ICMP_NET_ANO || error.ee_code == ICMP_HOST_ANO || error.ee_code == ICMP_PKT_FILTERED);
}

NetworkError read(const sock_extended_err& error, int socket) {
  NetworkError result;
  result.errnum = static_cast<int>(error.ee_errno);
  if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) return result;
  result.forbidden = isForbidden(error);
  const auto who = Endpoint::from(SO_EE_OFFENDER(&error));
  const auto self = Endpoint::local(socket);
  // If address resolution (ARP) fails, the kernel sends the ICMP message to itself.
  if (who && !(error.ee_errno == EHOSTUNREACH && self && self->address == who->address)) {
    result.offender = who->address.text();
  }
  return result;
}

}  // namespace

void keepNetworkErrors(int socket, bool v4, bool keep) {
  const int on = keep ? 1 : 0;
  ::setsockopt(socket, v4 ? SOL_IP : SOL_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on);
}

NetworkError takeNetworkErrors(int socket) {
  NetworkError last;
  while (true) {
    std::array<char, 512> control{};
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return last;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      const bool v4 = part->cmsg_level == SOL_IP && part->cmsg_type == IP_RECVERR;
      const bool v6 = part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_RECVERR;
      if (v4 || v6) last = read(*reinterpret_cast<const sock_extended_err*>(CMSG_DATA(part)), socket);
    }
  }
}

}  // namespace megaphone::client
