#include "error_queue.h"

#include <linux/errqueue.h>
#include <netinet/in.h>

#include <cstring>

#include "packet_info.h"

namespace megaphone::uv {
namespace {

constexpr int kBatchesAtOnce = 64;  // other loops send on the same socket, so that errors may arrive without end

struct Told {
  bool port_closed = false;
  IpAddress local;  // unspecified if the kernel did not say
};

bool saysPortIsClosed(const sock_extended_err& error) {
  constexpr int kUnreachable4 = 3;  // RFC 792
  constexpr int kPort4 = 3;
  constexpr int kUnreachable6 = 1;  // RFC 4443
  constexpr int kPort6 = 4;
  if (error.ee_origin == SO_EE_ORIGIN_ICMP) return error.ee_type == kUnreachable4 && error.ee_code == kPort4;
  if (error.ee_origin == SO_EE_ORIGIN_ICMP6) return error.ee_type == kUnreachable6 && error.ee_code == kPort6;
  return false;
}

Told readControl(msghdr& header) {
  Told told;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (const auto address = addressOfPacketInfo(*c)) told.local = *address;
    const bool isError = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
                         (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
    if (!isError) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(c), sizeof error);
    told.port_closed = saysPortIsClosed(error);
  }
  return told;
}

}  // namespace

ErrorQueue::ErrorQueue(int fd) : fd_(fd) { set(1); }

ErrorQueue::~ErrorQueue() {
  set(0);
  int error = 0;  // the pending error of the socket
  socklen_t size = sizeof error;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
}

// One of the two fits the socket's family; a dual-stack socket takes both.
void ErrorQueue::set(int on) const {
  ::setsockopt(fd_, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  ::setsockopt(fd_, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
}

void ErrorQueue::prepare() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    pieces_[i] = {quotes_[i].data(), kLongestQuote};
    messages_[i].msg_hdr = {&names_[i], sizeof names_[i], &pieces_[i], 1, controls_[i].data(), kControlSize, 0};
  }
}

void ErrorQueue::read(DatagramSink& sink) {
  for (int i = 0; i < kBatchesAtOnce; ++i) {
    prepare();
    const int got = ::recvmmsg(fd_, messages_.data(), kBatch, MSG_ERRQUEUE | MSG_DONTWAIT, nullptr);
    if (got <= 0) return;
    for (std::size_t k = 0; k < static_cast<std::size_t>(got); ++k) {
      const Told told = readControl(messages_[k].msg_hdr);
      const auto remote = Endpoint::from(reinterpret_cast<const sockaddr*>(&names_[k]));
      if (told.port_closed && remote) sink.onPortClosed(*remote, told.local, {quotes_[k].data(), messages_[k].msg_len});
    }
    if (static_cast<std::size_t>(got) < kBatch) return;
  }
}

}  // namespace megaphone::uv
