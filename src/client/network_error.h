// NetworkError: an error that the kernel or the network reported for a packet of ours: an errno and its source.
#pragma once

#include <string>

namespace megaphone::client {

struct NetworkError {
  int errnum = 0;
  bool local = false;         // said by this machine at once, before anything was sent
  bool forbidden = false;     // the ICMP message says that an administrator forbids it
  std::string offender = {};  // who sent the ICMP message; empty where there was none, or only this machine's own
};

// From here on the kernel keeps the ICMP messages that belong to `socket`, and tells of each at once. For a stream that
// is right while it connects only: later a passing trouble would end it.
void keepNetworkErrors(int socket, bool v4, bool keep = true);
// Empties the socket's queue of ICMP messages; errnum is 0 when it was empty. Left there, they would keep poll awake.
NetworkError takeNetworkErrors(int socket);

}  // namespace megaphone::client
