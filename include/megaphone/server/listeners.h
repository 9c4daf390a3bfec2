// Listeners: what all loops serve, from one reading of the configuration to the next. Immutable once made, and shared
// by pointer: a new reading makes new Listeners, and every loop is given them by mail (LoopWorker::change).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "megaphone/access/own_addresses.h"
#include "megaphone/config/listener_kinds.h"
#include "megaphone/config/settings.h"
#include "megaphone/observe/counter_book.h"

namespace megaphone::server {

// A bound address with all of its descriptors, for as long as it stays open. Never used twice.
using SocketId = std::uint32_t;

// Assigns a socket to the n-th listener of its kind in the settings.
struct Assignment {
  SocketId socket = 0;
  const config::ListenerKind* kind = nullptr;
  std::size_t index = 0;
  std::uint16_t port = 0;
};

class Listeners {
 public:
  // `tag`: our name in Via and Proxy-Status. `before`: what is served until now, or null; listeners that keep their
  // name or a socket go on counting the clients that they have. `own`: this machine's addresses. `book`: where new
  // listeners get their counters; used by the constructor only.
  Listeners(config::SettingsPtr settings, const std::string& tag, const std::vector<Assignment>& sockets,
            const access::OwnAddressesPtr& own, observe::CounterBook& book, const Listeners* before);
  ~Listeners();

  // Of a TCP listener. Any thread.
  struct Clients {
    std::uint64_t open = 0;
    std::uint64_t most = 0;
    std::uint64_t accepted = 0;  // since the listener is there
    std::uint64_t refused = 0;   // by a rule or a limit
  };
  // By its name; nothing where there is no such TCP listener.
  std::optional<Clients> clients(const std::string& listener) const;

  struct Inside;
  const Inside& inside() const { return *inside_; }

 private:
  std::unique_ptr<Inside> inside_;
};

using ListenersPtr = std::shared_ptr<const Listeners>;

}  // namespace megaphone::server
