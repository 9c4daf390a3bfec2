// The signals that the daemon listens to, and when they may come. Held signals wait; none is lost or deadly meanwhile.
#pragma once

#include <array>
#include <chrono>
#include <csignal>

namespace megaphone::app {

inline constexpr std::array kStopSignals{SIGTERM, SIGINT};
inline constexpr int kReopenSignal = SIGUSR1;
inline constexpr int kReloadSignal = SIGHUP;

// For this thread and those that it starts from now on. Held from the first line of main() until the handlers are
// there, and again while everything is torn down: in between the default action would end the process.
void holdSignals();
void releaseSignals();

// Waits for a signal that would stop the daemon, `most` at most. REQUIRES: they are held.
void awaitStop(std::chrono::seconds most);

// Signals that mean nothing to the daemon, and would end it: those of a peer that is gone (SIGPIPE) and of a file that
// may not grow (SIGXFSZ) are errors of a write; SIGUSR2 is of no use.
void ignoreSignals();

// Ends the process with an error some time from now, whatever its threads do: a last resort while everything is torn
// down.
void endInAnyCase();

}  // namespace megaphone::app
