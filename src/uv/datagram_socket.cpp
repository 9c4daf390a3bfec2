#include "megaphone/uv/datagram_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "error_queue.h"
#include "loop_inside.h"
#include "packet_info.h"

namespace megaphone::uv {
namespace {

constexpr std::size_t kBatch = 64;
constexpr int kBatchesPerTurn = 4;            // so that a flood leaves the loop to others
constexpr std::size_t kLargest = 65'536;      // no UDP payload is larger
constexpr std::size_t kSlot = kLargest + 64;  // else the beginnings of all slots would share one set of a cache
constexpr unsigned kMostStumbles = 16;        // in a row; each one takes an error away
constexpr std::size_t kControlSize = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo));

struct SpokenTo {
  IpAddress address;
  bool isMany = false;
};

// Returns whether the destination was a broadcast or multicast address: the kernel then reports another local one.
bool isMany(const in_pktinfo& info) {
  return info.ipi_spec_dst.s_addr != INADDR_ANY && info.ipi_spec_dst.s_addr != info.ipi_addr.s_addr;
}

// Received control data becomes the control data of the answer: send from the address that the datagram was sent to,
// through the interface that routing chooses; a link-local IPv6 address needs its interface.
SpokenTo turnAround(msghdr& header) {
  SpokenTo to;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (isPacketInfo4(*c)) {
      auto info = packetInfo<in_pktinfo>(*c);
      to.address = addressOf(info);
      to.isMany = to.isMany || isMany(info);
      info.ipi_ifindex = 0;
      // Unknown for what was queued before IP_PKTINFO was set.
      if (info.ipi_spec_dst.s_addr == INADDR_ANY) info.ipi_spec_dst = info.ipi_addr;
      std::memcpy(CMSG_DATA(c), &info, sizeof info);
    } else if (isPacketInfo6(*c)) {
      auto info = packetInfo<in6_pktinfo>(*c);
      to.address = addressOf(info);
      if (!to.address.isLinkLocal()) info.ipi6_ifindex = 0;
      std::memcpy(CMSG_DATA(c), &info, sizeof info);
    }
  }
  to.isMany = to.isMany || to.address.isMulticast();
  return to;
}

}  // namespace

struct DatagramSocket::Box final : Watcher {
  Loop::Inside* loop = nullptr;
  UniqueFd fd;
  DatagramSink* sink = nullptr;
  std::optional<IpAddress> boundTo;  // none: each datagram carries its destination

  // Untouched until used: a small datagram touches one page of its slot.
  std::unique_ptr<char[]> payloads = std::make_unique_for_overwrite<char[]>(kBatch * kSlot);
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> pieces{};
  std::array<sockaddr_storage, kBatch> names{};
  alignas(cmsghdr) std::array<std::array<char, kControlSize>, kBatch> controls{};
  std::array<Datagram, kBatch> batch{};
  std::unique_ptr<ErrorQueue> errors;  // null: closed ports are not reported

  void turn(std::uint32_t events) override;
  void watch() { loop->watch(*this, fd.get(), EPOLLIN); }
  void prepare();
  std::size_t receive();
  void answer(std::size_t count);
  void send(std::size_t count);
  void readErrors();
};

// While a socket is in the epoll set, the kernel looks for waiters after each datagram sent: with many, a tenth of all
// the work. So a busy socket leaves the set for its turn.
void DatagramSocket::Box::turn(std::uint32_t events) {
  if ((events & EPOLLERR) != 0) readErrors();
  bool watched = true;
  for (int i = 0; i < kBatchesPerTurn && sink; ++i) {
    const std::size_t count = receive();
    if (count == kBatch && std::exchange(watched, false)) loop->forget(fd.get());
    if (count > 0) answer(count);
    if (count < kBatch) break;
  }
  if (!watched && sink) watch();
}

// Fills in the parts that are the same for all batches.
void DatagramSocket::Box::prepare() {
  for (std::size_t i = 0; i < kBatch; ++i) {
    pieces[i].iov_base = payloads.get() + i * kSlot;
    msghdr& header = messages[i].msg_hdr;
    header.msg_name = &names[i];
    header.msg_iov = &pieces[i];
    header.msg_iovlen = 1;
    if (!boundTo) header.msg_control = controls[i].data();
  }
}

// Receives a batch and returns its size.
std::size_t DatagramSocket::Box::receive() {
  for (std::size_t i = 0; i < kBatch; ++i) {  // the kernel has changed the lengths
    pieces[i].iov_len = kLargest;
    msghdr& header = messages[i].msg_hdr;
    header.msg_namelen = sizeof names[i];
    header.msg_controllen = header.msg_control ? kControlSize : 0;
  }
  int got = -1;
  for (unsigned stumbles = 0; got < 0 && stumbles < kMostStumbles; ++stumbles) {
    got = ::recvmmsg(fd.get(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (!errors || errno == EAGAIN) break;
  }
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void DatagramSocket::Box::answer(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto from = Endpoint::from(reinterpret_cast<const sockaddr*>(&names[i]));
    const SpokenTo to = boundTo ? SpokenTo{*boundTo, boundTo->isMulticast()} : turnAround(messages[i].msg_hdr);
    batch[i] = {
        from.value_or(Endpoint{}), to.address, to.isMany, {payloads.get() + i * kSlot, messages[i].msg_len}, false};
  }
  sink->onDatagrams({batch.data(), count});
  send(count);
  if (errors) errors->read(*sink);  // queued errors use up the receive buffer
}

// IP_RECVERR belongs to the socket, which other loops share: errors may arrive before tellClosedPorts() on this loop.
void DatagramSocket::Box::readErrors() {
  errors ? errors->read(*sink) : std::make_unique<ErrorQueue>(fd.get())->read(*sink);
}

// Sends each run of consecutive answers by one sendmmsg(2).
void DatagramSocket::Box::send(std::size_t count) {
  std::size_t unsent = 0;
  std::size_t bytes = 0;
  bool full = false;
  unsigned stumbles = 0;
  for (std::size_t i = 0; i < count;) {
    std::size_t end = i;
    for (; end < count && batch[end].answer; ++end) pieces[end].iov_len = batch[end].payload.size();
    if (end == i) {
      ++i;
      continue;
    }
    const int sent = full ? -1 : ::sendmmsg(fd.get(), &messages[i], static_cast<unsigned>(end - i), MSG_DONTWAIT);
    if (sent > 0) {
      i += static_cast<std::size_t>(sent);
      stumbles = 0;
      continue;
    }
    full = full || errno == EAGAIN || errno == ENOBUFS;  // drop the rest, as the network would
    if (!full && (errors || errno == ECONNREFUSED) && ++stumbles < kMostStumbles) continue;
    stumbles = 0;
    ++unsent;  // sendmmsg stops at the first that fails
    bytes += batch[i++].payload.size();
  }
  if (unsent > 0) sink->onUnsent(unsent, bytes);
}

DatagramSocket::DatagramSocket(Loop& loop, UniqueFd fd, DatagramSink& sink) : box_(new Box) {
  box_->fd = std::move(fd);
  box_->sink = &sink;
  // A socket with an address of its own receives and sends from that only: packet information would say nothing new,
  // and costs a twentieth of a small datagram's time.
  const auto local = Endpoint::local(box_->fd.get());
  if (local && !local->address.isUnspecified()) {
    box_->boundTo = local->address;
  } else {
    const int on = 1;
    // One of the two fits the socket's family; a dual-stack socket takes both.
    ::setsockopt(box_->fd.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    ::setsockopt(box_->fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  }
  box_->prepare();
  box_->loop = &loop.inside();
  box_->watch();
}

void DatagramSocket::askForReceiveBuffer(std::uint64_t bytes) {
  const int size = static_cast<int>(bytes);
  ::setsockopt(box_->fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void DatagramSocket::tellClosedPorts(bool on) {
  if (on == (box_->errors != nullptr)) return;
  box_->errors = on ? std::make_unique<ErrorQueue>(box_->fd.get()) : nullptr;
}

void DatagramSocket::Closer::operator()(Box* box) const {
  box->sink = nullptr;
  box->loop->forget(box->fd.get());  // other loops may have descriptors of the same socket
  box->errors.reset();
  box->fd.reset();
  box->loop->deleteLater(box);
}

}  // namespace megaphone::uv
