#include "megaphone/control/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "control_connection.h"
#include "megaphone/uv/listener.h"

namespace megaphone::control {
namespace {
constexpr std::size_t kMostVisits = 32;  // each may hold an answer of some megabytes
}

struct Server::Inside final : uv::ListenerSink {
  Inside(uv::Loop& l, SocketFile s, Daemon& d)
      : loop(l),
        daemon(d),
        socket(std::move(s)),
        pause(l, [this] { listener.resume(); }),
        listener(l, socket.takeDescriptor(), *this) {}

  void onAccept(UniqueFd fd, const Endpoint&) override {
    if (connections.size() == kMostVisits) {
      constexpr std::string_view kBusy = "failed\ntoo many commands at once\nhelp: try again\n";
      ::send(fd.get(), kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      return;
    }
    connections.push_back(
        std::make_shared<ControlConnection>(loop, std::move(fd), daemon, [this](const ControlConnection& over) {
          std::erase_if(connections, [&](const auto& connection) { return connection.get() == &over; });
        }));
  }
  void onAcceptFailed(int) override {
    listener.pause();
    pause.start(std::chrono::milliseconds(100));
  }

  uv::Loop& loop;
  Daemon& daemon;
  SocketFile socket;
  uv::Timer pause;
  uv::Listener listener;
  std::vector<std::shared_ptr<ControlConnection>> connections;
};

Server::Server(uv::Loop& loop, SocketFile socket, Daemon& daemon)
    : inside_(std::make_unique<Inside>(loop, std::move(socket), daemon)) {}

Server::~Server() = default;

}  // namespace megaphone::control
