// SocketTable: which addresses are open, and what a configuration changes about that. Main thread.
//
// An address that stays keeps its socket, whatever else changes about its listener; new ones are bound before the old
// are given up. The descriptors themselves belong to the loops.
#pragma once

#include <string>
#include <vector>

#include "handed_sockets.h"
#include "megaphone/config/listener_kinds.h"
#include "megaphone/config/settings.h"
#include "megaphone/server/listeners.h"
#include "sockets.h"

namespace megaphone::app {

class SocketTable {
 public:
  struct Entry {
    std::string key;  // what it is known by in the configuration
    server::SocketId id = 0;
    Transport transport = Transport::tcp;
    Endpoint address;  // with the port that was chosen
    std::string name;  // of its listener, as it is called now
    const config::ListenerKind* kind = nullptr;
  };
  struct Opened {
    server::SocketId id = 0;
    const config::ListenerKind* kind = nullptr;
    std::string name;    // of its listener
    std::string handed;  // systemd's name of it, or ""
    BoundGroup group;
  };
  // The assignments once the plan is carried out.
  struct Plan {
    std::vector<Entry> entries;
    std::vector<server::Assignment> assignments;
    std::vector<Opened> opened;
    std::vector<Entry> closed;
    std::size_t kept() const { return entries.size() - opened.size(); }
  };

  // `descriptors`: how many every address has; one for each event loop. REQUIRES: `handed` outlives it.
  SocketTable(unsigned descriptors, const HandedSockets& handed) : descriptors_(descriptors), handed_(handed) {}

  // Binds what is new. An error, or a plan that is thrown away, leaves everything as it is.
  // REQUIRES: the settings were checked against the same sockets of systemd.
  Result<Plan> plan(const config::Settings& settings);
  void take(const Plan& plan) { open_ = plan.entries; }
  const std::vector<Entry>& open() const { return open_; }

 private:
  struct Wanted;
  Result<void> add(const Wanted& wanted, Plan& plan);
  Result<void> addHanded(const Wanted& wanted, Plan& plan);
  template <class Open>
  Result<void> keepOrOpen(const Wanted& wanted, std::string key, Open open, Plan& plan);
  Result<BoundGroup> bind(const Wanted& wanted) const;
  // Returns whether one of our own sockets, which goes or stays, is in the way of a socket with this address.
  bool standsBesideOwn(Transport transport, const Endpoint& address) const;

  const unsigned descriptors_;
  const HandedSockets& handed_;
  server::SocketId lastId_ = 0;
  std::vector<Entry> open_;
};

}  // namespace megaphone::app
