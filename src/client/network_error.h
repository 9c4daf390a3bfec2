// NetworkError: an error that the kernel or the network reported for a packet of ours: an errno and its source.
#pragma once

#include <string>

namespace megaphone::client {

struct NetworkError {
  int errnum = 0;
  bool local = false;         // reported by this machine before anything was sent
  bool forbidden = false;     // the ICMP message says that an administrator forbids it
  std::string offender = {};  // the sender of the ICMP message; empty for none, or this machine's own
};

// Has the kernel queue the ICMP messages for `socket` and report each at once (IP_RECVERR). For a stream only while it
// connects: later a passing error would end it.
void keepNetworkErrors(int socket, bool v4, bool keep = true);
// Empties the socket's queue of ICMP messages, which would keep poll awake; errnum is 0 if it was empty.
NetworkError takeNetworkErrors(int socket);

}  // namespace megaphone::client
