#include "megaphone/uv/stream.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include "loop_inside.h"

namespace megaphone::uv {
namespace {

using Happening = StreamWitness::Happening;

constexpr std::uint32_t kArrivals =
    std::uint32_t{EPOLLIN} | EPOLLPRI;  // any arrival wakes a stream that waits for either
constexpr std::uint32_t kWatched = kArrivals | EPOLLOUT | EPOLLRDHUP | EPOLLET;

void setNoDelayOf(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::size_t sizeOf(std::span<const iovec> pieces) {
  std::size_t size = 0;
  for (const iovec& piece : pieces) size += piece.iov_len;
  return size;
}

ssize_t sendPieces(int fd, std::span<const iovec> pieces) {
  if (pieces.size() == 1) return ::send(fd, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());  // the kernel does not write to it
  message.msg_iovlen = pieces.size();
  return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

Stream::Outcome failure(int errnum) {
  if (errnum == EAGAIN || errnum == EINTR) return {Stream::Status::blocked};
  return {Stream::Status::failed, 0, errnum};
}

}  // namespace

void prepareListening(int fd) {
  setNoDelayOf(fd);
  prepareConnecting(fd);
}

void prepareConnecting(int fd) {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
}

void Stream::Box::note(std::uint32_t events) {
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) ending = true;
  if (events & EPOLLERR) resetSeen = true;
  if (events & EPOLLPRI) urgent = true;
  if (!(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return;
  // A paused stream: further arrivals would wake the loop for nothing.
  if (readable && !reading) arm(false);
  readable = true;
}

void Stream::Box::turn(std::uint32_t events) {
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) tellReadable();
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) && awaitsWritable && sink) {
    awaitsWritable = false;
    sink->onWritable();
  }
  if ((events & EPOLLERR) && sink && !reading) sink->onReset();
}

void Stream::Box::arm(bool on) {
  if (armed == on) return;
  armed = on;
  epoll_event event{};
  event.events = on ? kWatched : kWatched & ~kArrivals;
  event.data.ptr = static_cast<Watcher*>(this);
  epoll_ctl(loop->watched.get(), EPOLL_CTL_MOD, fd.get(), &event);
}

Stream::Outcome Stream::Box::end() {
  readable = false;
  if (resetTaken || (resetSeen && endTold)) {
    tell(Happening::peer_reset);
    return failure(ECONNRESET);
  }
  if (!endTold) tell(Happening::peer_ended);
  endTold = true;
  readable = resetSeen;
  return {Status::ended};
}

void Stream::Box::takeTurn() {
  const bool asked = awaitsTurn;
  awaitsTurn = false;
  if (asked && sink) sink->onTurn();
  tellReadable();
}

void Stream::Box::tellReadable() {
  if (!sink || !reading || !readable) return;
  unlink();
  sink->onReadable();
  queue();
}

void Stream::Box::queue() {
  if (sink && (awaitsTurn || (reading && readable)) && !linked()) loop->ready.pushBack(*this);
}

Stream::Stream(Loop& loop, UniqueFd fd) : box_(new Box) {
  box_->loop = &loop.inside();
  box_->fd = std::move(fd);
  box_->loop->watch(*box_, box_->fd.get(), kWatched);
}

void Stream::Closer::operator()(Box* box) const {
  box->sink = nullptr;
  box->tell(Happening::closed);
  box->witness.reset();
  box->fd.reset();  // leaves the epoll set by itself
  box->unlink();
  box->loop->deleteLater(box);
}

void Stream::setNoDelayLate() { box_->noDelayLate = true; }
int Stream::fd() const { return box_->fd.get(); }
void Stream::setSink(StreamSink& sink) { box_->sink = &sink; }
void Stream::clearSink() { box_->sink = nullptr; }
void Stream::watch(std::unique_ptr<StreamWitness> witness) { box_->witness = std::move(witness); }
StreamWitness* Stream::witness() const { return box_ ? box_->witness.get() : nullptr; }

Stream::Outcome Stream::read(std::span<char> into) {
  const ssize_t got = ::recv(box_->fd.get(), into.data(), into.size(), 0);  // a little less work than read(2)
  if (got < 0) {
    if (errno != EINTR) box_->readable = false;
    const Outcome outcome = failure(errno);
    if (outcome.status == Status::failed) box_->tell(Happening::peer_reset);
    return outcome;
  }
  if (got == 0) {
    return box_->end();
  }
  const auto size = static_cast<std::size_t>(got);
  // A short read has emptied the socket; the next edge reports new bytes. Not so if the end is already known to follow,
  // or where it may have stopped in front of an urgent byte.
  if (size < into.size() && !box_->ending && !box_->urgent) box_->readable = false;
  if (box_->witness) box_->witness->onRead({into.data(), size});
  return {Status::ok, size};
}

// A write is held back if it does not fill a segment and bytes before it are not acknowledged: never the first one.
void Stream::Box::setNoDelay() {
  noDelayLate = false;
  setNoDelayOf(fd.get());
}

Stream::Outcome Stream::write(std::span<const iovec> pieces) {
  constexpr std::size_t kOneSegment = 536;  // every peer takes as much (RFC 9293 section 3.7.1)
  const std::size_t wanted = sizeOf(pieces);
  if (box_->noDelayLate && (box_->written || wanted > kOneSegment)) box_->setNoDelay();
  box_->written = true;
  const ssize_t sent = sendPieces(box_->fd.get(), pieces);
  if (sent < 0) {
    const Outcome outcome = failure(errno);
    if (outcome.status == Status::blocked) awaitWritable();
    if (outcome.errnum == ECONNRESET) box_->resetTaken = true;
    if (outcome.status == Status::failed) box_->tell(Happening::peer_reset);
    return outcome;
  }
  if (box_->witness) box_->witness->onWritten(pieces, static_cast<std::size_t>(sent));
  if (static_cast<std::size_t>(sent) < wanted) awaitWritable();
  return {Status::ok, static_cast<std::size_t>(sent)};
}

Stream::Outcome Stream::moveTo(Pipe& pipe, std::size_t most) {
  assert(pipe.held_ == 0 && most > 0 && !box_->witness);
  const ssize_t got =
      ::splice(box_->fd.get(), nullptr, pipe.in_.get(), nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (got <= 0 && box_->urgent) return {Status::blocked};  // perhaps by an urgent byte: read() finds out
  if (got < 0) {
    if (errno != EINTR) box_->readable = false;  // the pipe was empty: it is the socket that has nothing
    return failure(errno);
  }
  if (got == 0) return box_->end();
  pipe.held_ = static_cast<std::size_t>(got);
  return {Status::ok, pipe.held_};
}

Stream::Outcome Stream::moveFrom(Pipe& pipe) {
  assert(pipe.held_ > 0);
  if (box_->noDelayLate) box_->setNoDelay();
  const ssize_t sent =
      ::splice(pipe.out_.get(), nullptr, box_->fd.get(), nullptr, pipe.held_, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (sent < 0) {
    const Outcome outcome = failure(errno);
    if (outcome.status == Status::blocked) awaitWritable();
    if (outcome.errnum == ECONNRESET) box_->resetTaken = true;
    return outcome;
  }
  pipe.held_ -= static_cast<std::size_t>(sent);
  if (pipe.held_ > 0) awaitWritable();
  return {Status::ok, static_cast<std::size_t>(sent)};
}

void Stream::awaitWritable() { box_->awaitsWritable = true; }

void Stream::askForTurn() {
  box_->awaitsTurn = true;
  box_->queue();
}

void Stream::pauseReading() { box_->reading = false; }

void Stream::resumeReading() {
  if (box_->reading) return;
  box_->reading = true;
  box_->arm(true);
  box_->queue();
}

bool Stream::mayHaveEnded() const { return box_->ending; }
bool Stream::mayHaveMore() const { return box_->readable; }

bool Stream::isQuiet() {
  char byte = 0;
  const bool quiet = ::recv(box_->fd.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  if (quiet) box_->readable = false;
  return quiet;
}

std::size_t Stream::unsent() const {
  int bytes = 0;
  return ::ioctl(box_->fd.get(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

void Stream::shutdownWriting() {
  box_->tell(Happening::ended);
  ::shutdown(box_->fd.get(), SHUT_WR);
}

void Stream::reset() {
  box_->tell(Happening::reset);
  const linger now{1, 0};
  ::setsockopt(box_->fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

UniqueFd Stream::release() {
  box_->witness.reset();
  box_->loop->forget(box_->fd.get());
  UniqueFd fd = std::move(box_->fd);
  box_.reset();
  return fd;
}

}  // namespace megaphone::uv
