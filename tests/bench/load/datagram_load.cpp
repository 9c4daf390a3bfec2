#include "datagram_load.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "payload.h"
#include "poller.h"
#include "sockets.h"

namespace bench {
namespace {

constexpr std::size_t kMostInFlight = 256;
constexpr std::size_t kLargest = 2048;
constexpr std::size_t kTag = 8;  // letters in front of a payload: slot and sequence number
constexpr Nanoseconds kLookEvery = 10 * kMillisecond;

// One batch of messages for recvmmsg and sendmmsg.
struct Batch {
  std::array<mmsghdr, kMostInFlight> messages{};
  std::array<iovec, kMostInFlight> pieces{};
  void set(std::size_t i, char* bytes, std::size_t size) {
    pieces[i] = {bytes, size};
    messages[i].msg_hdr = {};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
};

Batch& batch() {
  static Batch batch;
  return batch;
}

}  // namespace

class DatagramLoad::Socket {
 public:
  Socket(const DatagramPlan& plan, Tally& tally, std::size_t number);
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }
  std::size_t inFlight() const { return inFlight_; }
  void send();
  void receive(Nanoseconds time, bool again);
  void giveUpOverdue(Nanoseconds time, bool again);

 private:
  struct Slot {
    Nanoseconds sent = 0;
    std::uint32_t sequence = 0;
    bool out = false;
  };
  void tag(std::size_t slot);
  void take(const char* bytes, std::size_t size, Nanoseconds time, bool again);
  void free(std::size_t slot, bool again);
  void refused();

  const DatagramPlan& plan_;
  Tally& tally_;
  int fd_;
  std::vector<Slot> slots_;
  std::vector<char> questions_;
  std::vector<char> answers_;
  std::vector<std::size_t> ready_;  // slots to be sent
  std::size_t inFlight_ = 0;
  bool refused_ = false;
};

DatagramLoad::Socket::Socket(const DatagramPlan& plan, Tally& tally, std::size_t number)
    : plan_(plan),
      tally_(tally),
      fd_(datagramSocketTo(plan.port)),
      slots_(plan.window),
      questions_(plan.window * plan.size),
      answers_(plan.window * plan.size) {
  for (std::size_t i = 0; i < plan.window; ++i) {
    slots_[i].sequence = static_cast<std::uint32_t>(number);
    std::memcpy(&questions_[i * plan.size], Payload::plain().at(number * 71 + i * 131), plan.size);
    std::memcpy(&answers_[i * plan.size], Payload::upper().at(number * 71 + i * 131), plan.size);
    tag(i);
    ready_.push_back(i);
  }
}

void DatagramLoad::Socket::tag(std::size_t slot) {
  const auto value = static_cast<std::uint32_t>(slot) << 24 | (slots_[slot].sequence & 0xffffff);
  for (std::size_t i = 0; i < kTag; ++i) {
    const auto nibble = (value >> (28 - 4 * i)) & 15;
    questions_[slot * plan_.size + i] = static_cast<char>('a' + nibble);
    answers_[slot * plan_.size + i] = static_cast<char>('A' + nibble);
  }
}

void DatagramLoad::Socket::refused() {
  if (!refused_) tally_.error("refused");
  refused_ = true;
}

void DatagramLoad::Socket::send() {
  while (!ready_.empty()) {
    for (std::size_t i = 0; i < ready_.size(); ++i) batch().set(i, &questions_[ready_[i] * plan_.size], plan_.size);
    const Nanoseconds time = now();
    const int sent = ::sendmmsg(fd_, batch().messages.data(), static_cast<unsigned>(ready_.size()), 0);
    if (sent < 0 && errno == ECONNREFUSED) return refused();
    if (sent < 0 && errno != EAGAIN) tally_.error("send", std::strerror(errno));
    if (sent < 0) return;
    for (int i = 0; i < sent; ++i) {
      Slot& slot = slots_[ready_[static_cast<std::size_t>(i)]];
      slot.sent = time;
      slot.out = true;
    }
    tally_.sent += static_cast<std::uint64_t>(sent);
    inFlight_ += static_cast<std::size_t>(sent);
    ready_.erase(ready_.begin(), ready_.begin() + sent);
  }
}

void DatagramLoad::Socket::receive(Nanoseconds time, bool again) {
  static std::array<std::array<char, kLargest>, kMostInFlight> buffers;
  for (std::size_t i = 0; i < plan_.window; ++i) batch().set(i, buffers[i].data(), kLargest);
  const int count =
      ::recvmmsg(fd_, batch().messages.data(), static_cast<unsigned>(plan_.window), MSG_DONTWAIT, nullptr);
  if (count < 0 && errno == ECONNREFUSED) refused();
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    take(buffers[at].data(), batch().messages[at].msg_len, time, again);
  }
}

void DatagramLoad::Socket::take(const char* bytes, std::size_t size, Nanoseconds time, bool again) {
  if (size != plan_.size) return tally_.error("length", std::to_string(size));
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kTag; ++i) value = value << 4 | (static_cast<std::uint32_t>(bytes[i] - 'A') & 15);
  const std::size_t number = value >> 24;
  if (number >= slots_.size()) return tally_.error("corrupt", {bytes, kTag});
  const Slot& slot = slots_[number];
  if (!slot.out || (slot.sequence & 0xffffff) != (value & 0xffffff)) {
    ++tally_.late;
    return;
  }
  if (std::memcmp(bytes, &answers_[number * plan_.size], size) != 0) return tally_.error("corrupt", {bytes, kTag});
  ++tally_.ok;
  tally_.bytes += size;
  tally_.latency.add(time - slot.sent);
  tally_.last = time;
  free(number, again);
}

void DatagramLoad::Socket::free(std::size_t slot, bool again) {
  slots_[slot].out = false;
  --inFlight_;
  if (!again) return;
  ++slots_[slot].sequence;
  tag(slot);
  ready_.push_back(slot);
}

void DatagramLoad::Socket::giveUpOverdue(Nanoseconds time, bool again) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].out || time <= slots_[i].sent + plan_.timeout) continue;
    ++tally_.lost;
    free(i, again);
  }
}

DatagramLoad::DatagramLoad(const DatagramPlan& plan) : plan_(plan) {
  plan_.window = std::min(plan_.window, kMostInFlight);
  plan_.size = std::clamp(plan_.size, std::size_t{16}, kLargest);
  for (std::size_t i = 0; i < plan_.sockets; ++i) sockets_.push_back(std::make_unique<Socket>(plan_, tally, i));
}

DatagramLoad::~DatagramLoad() = default;

void DatagramLoad::run() {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (::epoll_ctl(poll, EPOLL_CTL_ADD, sockets_[i]->fd(), &event) != 0) die("epoll_ctl");
  }
  tally.began = tally.last = now();
  const Nanoseconds end = tally.began + fromSeconds(plan_.seconds);
  for (const auto& socket : sockets_) socket->send();
  Nanoseconds look = tally.began + kLookEvery;
  std::array<epoll_event, 64> events;
  for (bool stop = false; !stop;) {
    const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 10);
    const Nanoseconds time = now();
    const bool again = time < end && !tally.tooManyErrors();
    for (int i = 0; i < count; ++i) {
      Socket& socket = *sockets_[events[static_cast<std::size_t>(i)].data.u64];
      socket.receive(time, again);
      if (again) socket.send();
    }
    if (time >= look) {
      look = time + kLookEvery;
      for (const auto& socket : sockets_) {
        socket->giveUpOverdue(time, again);
        if (again) socket->send();
      }
    }
    const bool quiet = std::all_of(sockets_.begin(), sockets_.end(), [](const auto& s) { return s->inFlight() == 0; });
    stop = !again && quiet;
  }
  ::close(poll);
  tally.last = std::max(tally.last, end);
}

}  // namespace bench
