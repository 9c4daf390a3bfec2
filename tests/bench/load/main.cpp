// megaphone-load: the load, the origin and the supervisor of the benchmark. One thread, epoll, loopback only. Every
// byte that comes back is compared with what it must be; one JSON object on standard output says what was done.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "arguments.h"
#include "datagram_load.h"
#include "http_client.h"
#include "http_origin.h"
#include "http_plan.h"
#include "name_server.h"
#include "raw_origin.h"
#include "sockets.h"
#include "supervise.h"
#include "tunnel_client.h"
#include "upper_client.h"

namespace bench {
namespace {

constexpr const char* kUsage = R"(Usage: megaphone-load COMMAND [--NAME VALUE...]
  origin    --http PORTS --raw PORTS [--dns PORT]
  http      --proxy PORT|0 --origins PORTS --conns N [--active N] --secs S
            [--size N | --post N [--chunk N]] [--close 1] [--names N]
  tunnel    --proxy PORT|0 --origins PORTS --conns N --secs S --mode rate|down|up|idle
  upper     --port PORT --conns N --secs S --mode ping|stream|once [--size N]
  udp       --port PORT --conns SOCKETS --window N --size N --secs S
  supervise [--cpu N] --log FILE -- COMMAND...
  spin      --cpu N --ms N
PORTS is a list such as 18100-18109,18200, on 127.0.0.1.
)";

constexpr std::size_t kIdleAtOnce = 64;  // tunnels that are being set up

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

int origin(Arguments& arguments) {
  Poller poller;
  std::vector<std::unique_ptr<Handler>> listeners;
  for (const int port : arguments.ports("http")) {
    listeners.push_back(std::make_unique<Listener<HttpOrigin>>(poller, port, EPOLLIN));
  }
  for (const int port : arguments.ports("raw")) {
    listeners.push_back(std::make_unique<Listener<RawOrigin>>(poller, port, EPOLLIN));
  }
  const auto dns = static_cast<int>(arguments.number("dns", 0));
  if (dns != 0) listeners.push_back(std::make_unique<NameServer>(poller, dns));
  arguments.endOfQuestions();
  print("ready\n");
  for (;;) poller.round(-1);
}

int http(Arguments& arguments) {
  HttpPlan plan;
  plan.proxy = static_cast<int>(arguments.number("proxy", 0));
  plan.origins = arguments.ports("origins");
  plan.closes = arguments.number("close", 0) != 0;
  plan.size = static_cast<std::uint64_t>(arguments.number("size", 1024));
  plan.names = static_cast<std::size_t>(arguments.number("names", 0));
  const auto post = static_cast<std::uint64_t>(arguments.number("post", 0));
  const auto chunk = static_cast<std::uint64_t>(arguments.number("chunk", 0));
  const long connections = arguments.number("conns", 1);
  Load load(arguments.seconds("secs", 3), static_cast<std::size_t>(arguments.number("active", 0)));
  arguments.endOfQuestions();
  prepareRequests(plan, post, chunk);
  for (long i = 0; i < connections; ++i) {
    const auto number = static_cast<std::size_t>(i);
    const std::size_t first = number * plan.requests.size() / static_cast<std::size_t>(connections);
    load.add(std::make_unique<HttpClient>(load, plan, static_cast<unsigned>(i), first));
  }
  load.run();
  if (post > 0) load.tally.bytes = load.tally.ok * post;
  print(load.tally.json());
  return 0;
}

// Opens all, says so, holds them until a line or the end comes on standard input, and closes them.
int holdTunnels(Load& load, const std::vector<TunnelClient*>& tunnels) {
  load.run();
  std::size_t held = 0;
  for (const TunnelClient* tunnel : tunnels) held += tunnel->held() ? 1u : 0u;
  print(load.tally.json(",\"opened\":" + std::to_string(held)));
  char line[8];
  if (::read(STDIN_FILENO, line, sizeof line) < 0) die("standard input");
  for (TunnelClient* tunnel : tunnels) tunnel->letGo();
  return 0;
}

int tunnel(Arguments& arguments) {
  static const std::map<std::string, TunnelPlan::Mode> kModes = {{"rate", TunnelPlan::Mode::rate},
                                                                 {"down", TunnelPlan::Mode::down},
                                                                 {"up", TunnelPlan::Mode::up},
                                                                 {"idle", TunnelPlan::Mode::idle}};
  TunnelPlan plan;
  const auto mode = kModes.find(arguments.text("mode"));
  if (mode == kModes.end()) return std::fputs(kUsage, stderr), 2;
  plan.mode = mode->second;
  plan.proxy = static_cast<int>(arguments.number("proxy", 0));
  plan.origins = arguments.ports("origins");
  const bool idle = plan.mode == TunnelPlan::Mode::idle;
  const long connections = arguments.number("conns", 8);
  Load load(arguments.seconds("secs", 3), idle ? kIdleAtOnce : 0);
  arguments.endOfQuestions();
  std::vector<TunnelClient*> tunnels;
  for (long i = 0; i < connections; ++i) {
    auto client = std::make_unique<TunnelClient>(load, plan, static_cast<unsigned>(i));
    tunnels.push_back(client.get());
    load.add(std::move(client));
  }
  if (idle) return holdTunnels(load, tunnels);
  load.run();
  print(load.tally.json());
  return 0;
}

int upper(Arguments& arguments) {
  static const std::map<std::string, UpperPlan::Mode> kModes = {
      {"ping", UpperPlan::Mode::ping}, {"stream", UpperPlan::Mode::stream}, {"once", UpperPlan::Mode::once}};
  UpperPlan plan;
  const auto mode = kModes.find(arguments.text("mode"));
  if (mode == kModes.end()) return std::fputs(kUsage, stderr), 2;
  plan.mode = mode->second;
  plan.port = static_cast<int>(arguments.number("port", 0));
  plan.size = static_cast<std::size_t>(arguments.number("size", 64));
  const long connections = arguments.number("conns", 1);
  Load load(arguments.seconds("secs", 3), 0);
  arguments.endOfQuestions();
  for (long i = 0; i < connections; ++i) {
    load.add(std::make_unique<UpperClient>(load, plan, static_cast<unsigned>(i)));
  }
  load.run();
  print(load.tally.json());
  return 0;
}

int udp(Arguments& arguments) {
  DatagramPlan plan;
  plan.port = static_cast<int>(arguments.number("port", 0));
  plan.sockets = static_cast<std::size_t>(arguments.number("conns", 8));
  plan.window = static_cast<std::size_t>(arguments.number("window", 64));
  plan.size = static_cast<std::size_t>(arguments.number("size", 64));
  plan.seconds = arguments.seconds("secs", 3);
  arguments.endOfQuestions();
  DatagramLoad load(plan);
  load.run();
  print(load.tally.json());
  return 0;
}

int command(const std::string& name, Arguments& arguments) {
  if (name == "supervise") {
    const int cpu = static_cast<int>(arguments.number("cpu", -1));
    const std::string log = arguments.text("log", "/dev/null");
    arguments.endOfQuestions();
    return supervise(cpu, log, arguments.rest());
  }
  if (name == "spin") {
    return spin(static_cast<int>(arguments.number("cpu", 0)), arguments.number("ms", 100));
  }
  static const std::map<std::string, std::function<int(Arguments&)>> kCommands = {
      {"origin", origin}, {"http", http}, {"tunnel", tunnel}, {"upper", upper}, {"udp", udp}};
  const auto found = kCommands.find(name);
  if (found == kCommands.end()) return std::fputs(kUsage, stderr), 2;
  raiseDescriptorLimit();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::signal(SIGPIPE, SIG_IGN);
  return found->second(arguments);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  bench::Arguments arguments(argc, argv, argc > 1 ? 2 : 1);
  return bench::command(argc > 1 ? argv[1] : "", arguments);
}
