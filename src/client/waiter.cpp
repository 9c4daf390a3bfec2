#include "waiter.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <climits>
#include <csignal>

#include "diagnosis.h"

namespace megaphone::client {
namespace {

constexpr std::size_t kMostDescriptors = 4;  // input, socket, output, interrupt

// Rounded up, so that poll does not return just before the deadline and spin.
int millisecondsUntil(Deadline deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - monoNow()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

// Returns SIGINT and SIGTERM, without those that the process ignores.
sigset_t interruptSet() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction inherited {};
    const bool ignored = ::sigaction(signal, nullptr, &inherited) == 0 && inherited.sa_handler == SIG_IGN;
    if (!ignored) ::sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

Stop Waiter::wait(std::initializer_list<pollfd*> fds, Deadline deadline) const {
  assert(fds.size() < kMostDescriptors);
  std::array<pollfd, kMostDescriptors> set{};
  std::size_t used = 0;
  for (const pollfd* fd : fds) set[used++] = *fd;
  set[used++] = {interrupt_, POLLIN, 0};
  while (::poll(set.data(), used, millisecondsUntil(deadline)) < 0) {
    if (errno != EINTR) return systemFailed("poll", errno);
  }
  if (set[used - 1].revents != 0) return interrupted();
  used = 0;
  for (pollfd* fd : fds) fd->revents = set[used++].revents;
  return std::nullopt;
}

Interrupt Interrupt::open() {
  const sigset_t set = interruptSet();
  Interrupt result;
  result.fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (result.fd_) ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return result;
}

int Interrupt::close() {
  int first = 0;
  if (fd_) {
    signalfd_siginfo pending{};
    while (::read(fd_.get(), &pending, sizeof pending) > 0) {
      if (first == 0) first = static_cast<int>(pending.ssi_signo);
    }
    fd_.reset();
    const sigset_t set = interruptSet();
    ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
  }
  return first != 0 ? first : SIGINT;
}

}  // namespace megaphone::client
