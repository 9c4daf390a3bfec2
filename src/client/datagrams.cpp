#include "datagrams.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "megaphone/uppercase/uppercase.h"

namespace megaphone::client {
namespace {

std::string capitals(std::string_view text) {
  std::string result(text);
  uppercase::toUpper(result);
  return result;
}

// Takes one message from the error queue. Unread, it would keep poll awake.
bool nextQueuedError(int socket, int& errnum, std::string& offender) {
  std::array<char, 512> control{};
  msghdr message{};
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return false;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    const bool v4 = part->cmsg_level == SOL_IP && part->cmsg_type == IP_RECVERR;
    const bool v6 = part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_RECVERR;
    if (!v4 && !v6) continue;
    const auto* error = reinterpret_cast<const sock_extended_err*>(CMSG_DATA(part));
    errnum = static_cast<int>(error->ee_errno);
    if (error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6) continue;
    if (const auto who = Endpoint::from(SO_EE_OFFENDER(error))) offender = who->address.text();
  }
  return true;
}

}  // namespace

DatagramExchange::Result DatagramExchange::ask(std::string_view question) {
  if (question.size() > kLargestDatagram) return {messageTooLong(question.size(), kLargestDatagram), {}};
  while (true) {
    Stop fatal;
    const int errnum = askOnce(question, fatal);
    if (fatal) return {{}, fatal};
    if (errnum == 0) return {};
    Ending why = errnum == ETIMEDOUT ? answerTimedOut(place_, timeout_, 0, question.size())
                                     : connectFailed(errnum, place_, offender_);
    missed_ = capitals(question);
    if (!tryNextEndpoint(errnum)) return {std::move(why), {}};
    notes_.phase(why.cause);
  }
}

// Who has answered once is the server; and one who is silent may just be slow.
bool DatagramExchange::tryNextEndpoint(int errnum) {
  if (answered_ != 0 || errnum == ETIMEDOUT || endpoints_.size() == 1) return false;
  socket_.reset();
  current_ = (current_ + 1) % endpoints_.size();
  return current_ != 0;
}

int DatagramExchange::open() {
  const Endpoint& endpoint = endpoints_[current_];
  place_.address = endpoint.text();
  sockaddr_storage address{};
  const socklen_t length = endpoint.toSockaddr(address);
  UniqueFd socket(::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return errno;
  const int on = 1;
  const bool v4 = endpoint.address.isV4();
  ::setsockopt(socket.get(), v4 ? SOL_IP : SOL_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) return errno;
  socket_ = std::move(socket);
  return 0;
}

int DatagramExchange::askOnce(std::string_view question, Stop& fatal) {
  if (!socket_) {
    if (const int errnum = open(); errnum != 0) return errnum;
  }
  dropLateAnswers();
  const MonoTime start = monoNow();
  bool sent = false;
  while (true) {
    pollfd peer{socket_.get(), static_cast<short>(sent ? POLLIN : POLLIN | POLLOUT), 0};
    if ((fatal = waiter_.wait({&peer}, start + timeout_))) return 0;
    if (peer.revents == 0) return ETIMEDOUT;
    if ((peer.revents & POLLOUT) != 0 && !sent) {
      sent = ::send(socket_.get(), question.data(), question.size(), 0) >= 0;
      if (!sent && errno != EAGAIN && errno != EINTR) return takeError(errno);
    } else if (const int errnum = receive(question, fatal); errnum != EAGAIN) {
      if (errnum == 0 && !fatal) notes_.phase("answered by " + place_.address + " in " + since(start));
      return errnum;
    }
  }
}

int DatagramExchange::receive(std::string_view question, Stop& fatal) {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EINTR ? EAGAIN : takeError(errno);
  const std::string_view answer(buffer.data(), static_cast<std::size_t>(got));
  if (isLate(answer, question)) {
    notes_.remark("The answer to an earlier message came late; it is left out.");
    missed_.clear();
    return EAGAIN;
  }
  ++answered_;
  fatal = output_.write(std::string(answer) + '\n');
  return 0;
}

// Answers carry no number: by its bytes alone an answer to the question before can be told from one to this.
bool DatagramExchange::isLate(std::string_view answer, std::string_view question) const {
  return !missed_.empty() && answer == missed_ && answer != capitals(question);
}

void DatagramExchange::dropLateAnswers() {
  constexpr int kBound = 1000;
  std::array<char, 1> byte;
  for (int i = 0; i < kBound; ++i) {
    if (::recv(socket_.get(), byte.data(), byte.size(), 0) >= 0) {
      notes_.remark("The answer to an earlier message came late; it is left out.");
    } else if (takeError(errno) == EAGAIN) {
      return;
    }
  }
}

// EAGAIN stays EAGAIN only when the error queue was empty as well.
int DatagramExchange::takeError(int errnum) {
  int queued = 0;
  offender_.clear();
  while (nextQueuedError(socket_.get(), queued, offender_)) {
  }
  return errnum == EAGAIN && queued != 0 ? queued : errnum;
}

}  // namespace megaphone::client
