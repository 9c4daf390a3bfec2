#include "signals.h"

#include <poll.h>
#include <pthread.h>
#include <sysexits.h>
#include <unistd.h>

#include <string_view>

namespace megaphone::app {
namespace {

constexpr unsigned kPatienceSeconds = 20;  // the log writer's and the log's own are over by then

void setMask(int how) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signum : kStopSignals) sigaddset(&set, signum);
  sigaddset(&set, kReopenSignal);
  sigaddset(&set, kReloadSignal);
  pthread_sigmask(how, &set, nullptr);
}

// Only what a signal handler may call.
void end(int) {
  constexpr std::string_view kWhy = "megaphoned: a thread does not end: the process ends without it\n";
  struct pollfd room {
    STDERR_FILENO, POLLOUT, 0
  };
  if (::poll(&room, 1, 0) > 0) static_cast<void>(!::write(STDERR_FILENO, kWhy.data(), kWhy.size()));
  ::_exit(EX_SOFTWARE);
}

}  // namespace

void holdSignals() { setMask(SIG_BLOCK); }
void releaseSignals() { setMask(SIG_UNBLOCK); }

void awaitStop(std::chrono::seconds most) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signum : kStopSignals) sigaddset(&set, signum);
  const timespec patience{most.count(), 0};
  ::sigtimedwait(&set, nullptr, &patience);
}

void ignoreSignals() {
  for (const int signum : {SIGPIPE, SIGXFSZ, SIGUSR2}) std::signal(signum, SIG_IGN);
}

void endInAnyCase() {
  std::signal(SIGALRM, end);
  ::alarm(kPatienceSeconds);
}

}  // namespace megaphone::app
