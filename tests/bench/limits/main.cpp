// megaphone-limits: what the machine allows. One thread, raw epoll, no more work than a workload forces.
#include <csignal>
#include <cstdio>
#include <string>

#include "arguments.h"
#include "servers.h"
#include "sockets.h"

int main(int argc, char** argv) {
  bench::Arguments arguments(argc, argv, argc > 1 ? 2 : 1);
  const std::string name = argc > 1 ? argv[1] : "";
  const int port = static_cast<int>(arguments.number("port", 0));
  arguments.endOfQuestions();
  std::signal(SIGPIPE, SIG_IGN);
  bench::raiseDescriptorLimit();
  if (port > 0 && name == "relay") bench::runRelay(port, false);
  if (port > 0 && name == "splice") bench::runRelay(port, true);
  if (port > 0 && name == "pooled") bench::runPooled(port);
  if (port > 0 && name == "upper") bench::runUpper(port);
  if (port > 0 && name == "udp") bench::runDatagrams(port);
  std::fputs("Usage: megaphone-limits relay|splice|pooled|upper|udp --port PORT\n", stderr);
  return 2;
}
