#include "signals.h"

#include <pthread.h>

namespace megaphone::app {
namespace {

void setMask(int how) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signum : kStopSignals) sigaddset(&set, signum);
  sigaddset(&set, kReopenSignal);
  sigaddset(&set, kReloadSignal);
  pthread_sigmask(how, &set, nullptr);
}

}  // namespace

void holdSignals() { setMask(SIG_BLOCK); }
void releaseSignals() { setMask(SIG_UNBLOCK); }

}  // namespace megaphone::app
