#include "megaphone/uv/datagram_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "loop_inside.h"

namespace megaphone::uv {
namespace {

constexpr std::size_t kBatch = 64;
constexpr int kBatchesPerTurn = 4;        // so that a flood leaves the loop to others
constexpr std::size_t kLargest = 65'536;  // no UDP payload is larger
constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo));

// Received control data becomes the control data of the answer: send from the address that was spoken to, through
// whatever interface routing says; a link-local IPv6 address needs its interface. Returns that address.
IpAddress turnAround(msghdr& header) {
  IpAddress to;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::array<std::uint8_t, 4> bytes;
      std::memcpy(bytes.data(), &info.ipi_addr, bytes.size());
      to = IpAddress::v4(bytes);
      info.ipi_ifindex = 0;
      // Unknown for what was queued before IP_PKTINFO was set.
      if (info.ipi_spec_dst.s_addr == INADDR_ANY) info.ipi_spec_dst = info.ipi_addr;
      std::memcpy(CMSG_DATA(c), &info, sizeof info);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::array<std::uint8_t, 16> bytes;
      std::memcpy(bytes.data(), &info.ipi6_addr, bytes.size());
      to = IpAddress::v6(bytes).unmapped();
      if (!to.isLinkLocal()) info.ipi6_ifindex = 0;
      std::memcpy(CMSG_DATA(c), &info, sizeof info);
    }
  }
  return to;
}

}  // namespace

struct DatagramSocket::Box final : Watcher {
  Loop::Inside* loop = nullptr;
  UniqueFd fd;
  DatagramSink* sink = nullptr;

  // Untouched until used: a small datagram touches one page of its slot.
  std::unique_ptr<char[]> payloads = std::make_unique_for_overwrite<char[]>(kBatch * kLargest);
  std::array<mmsghdr, kBatch> messages{};
  std::array<mmsghdr, kBatch> answers{};
  std::array<iovec, kBatch> pieces{};
  std::array<sockaddr_storage, kBatch> names{};
  alignas(cmsghdr) std::array<std::array<char, kControlSize>, kBatch> controls{};
  std::array<Datagram, kBatch> batch{};

  void turn(std::uint32_t) override {
    for (int i = 0; i < kBatchesPerTurn && sink; ++i) {
      if (receive() < kBatch) return;
    }
  }
  std::size_t receive();
  void send(std::size_t count);
};

// Gives the number of datagrams that were there.
std::size_t DatagramSocket::Box::receive() {
  for (std::size_t i = 0; i < kBatch; ++i) {  // the kernel has changed the lengths
    pieces[i] = {payloads.get() + i * kLargest, kLargest};
    msghdr& header = messages[i].msg_hdr;
    header = {};
    header.msg_name = &names[i];
    header.msg_namelen = sizeof names[i];
    header.msg_iov = &pieces[i];
    header.msg_iovlen = 1;
    header.msg_control = controls[i].data();
    header.msg_controllen = kControlSize;
  }
  const int got = ::recvmmsg(fd.get(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  if (got <= 0) return 0;
  const auto count = static_cast<std::size_t>(got);
  for (std::size_t i = 0; i < count; ++i) {
    const auto from = Endpoint::from(reinterpret_cast<const sockaddr*>(&names[i]));
    batch[i] = {from.value_or(Endpoint{}),
                turnAround(messages[i].msg_hdr),
                {payloads.get() + i * kLargest, messages[i].msg_len},
                false};
  }
  sink->onDatagrams({batch.data(), count});
  send(count);
  return count;
}

void DatagramSocket::Box::send(std::size_t count) {
  unsigned wanted = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!batch[i].answer) continue;
    pieces[i].iov_len = batch[i].payload.size();
    messages[i].msg_hdr.msg_flags = 0;
    answers[wanted++] = messages[i];
  }
  std::size_t unsent = 0;
  std::size_t bytes = 0;
  const auto leaveOut = [&](const mmsghdr& answer) {
    ++unsent;
    bytes += answer.msg_hdr.msg_iov->iov_len;
  };
  for (unsigned done = 0; done < wanted;) {
    const int sent = ::sendmmsg(fd.get(), answers.data() + done, wanted - done, MSG_DONTWAIT);
    if (sent > 0) {
      done += static_cast<unsigned>(sent);
      continue;
    }
    const bool full = errno == EAGAIN || errno == ENOBUFS;  // drop the rest, as the network would
    do leaveOut(answers[done++]);                           // sendmmsg stops at the first that fails
    while (full && done < wanted);
  }
  if (unsent > 0) sink->onUnsent(unsent, bytes);
}

DatagramSocket::DatagramSocket(Loop& loop, UniqueFd fd, DatagramSink& sink) : box_(new Box) {
  box_->fd = std::move(fd);
  box_->sink = &sink;
  const int on = 1;
  // One of the two fits the socket's family; a dual-stack socket takes both.
  ::setsockopt(box_->fd.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  ::setsockopt(box_->fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  box_->loop = &loop.inside();
  box_->loop->watch(*box_, box_->fd.get(), EPOLLIN);
}

void DatagramSocket::Closer::operator()(Box* box) const {
  box->sink = nullptr;
  box->loop->forget(box->fd.get());  // other loops may have descriptors of the same socket
  box->fd.reset();
  box->loop->bury(box);
}

}  // namespace megaphone::uv
