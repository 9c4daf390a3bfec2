// ConnectPool: the connect workers. Each resolves names, judges every address, races the judged ones (RFC 8305), and
// gives a connected descriptor back to the loop that asked (connects.h).
//
// A name always goes to the same worker, chosen by a keyed hash, whose cache has it. Only values cross threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "megaphone/access/own_addresses.h"
#include "megaphone/capture/lane.h"
#include "megaphone/config/settings.h"

namespace megaphone::connect {

class ConnectPool {
 public:
  // Starts the workers' threads. `ownProxyPorts` are those of our proxy listeners: a connection to one of them at an
  // address of this host leads to this daemon: it is closed unused, with proxy_loop_detected. `lanes`: one for each
  // worker that outlives the pool, or none: then nothing is captured. `own`: this machine's addresses, or null.
  ConnectPool(const config::DaemonSettings& limits, const config::Dns& dns,
              const std::vector<std::uint16_t>& ownProxyPorts, const std::vector<capture::Lane*>& lanes = {},
              access::OwnAddressesPtr own = nullptr);
  // Ends all jobs without an outcome, closes their descriptors and joins the threads.
  ~ConnectPool();

  // Replaces settings and ports for jobs submitted after this call. The number of workers stays. Any thread.
  void change(const config::DaemonSettings& limits, const config::Dns& dns,
              const std::vector<std::uint16_t>& ownProxyPorts);

  // Has each worker call `onPresent` once, on its own thread, with its index: tells whether its loop still runs. Any
  // thread.
  void ask(const std::function<void(unsigned worker)>& onPresent);
  struct WorkerFigures {
    std::size_t pending = 0;  // jobs that have been taken and not answered yet
    std::size_t names = 0;    // in its cache
  };
  // Returns the figures of each worker. Any thread.
  std::vector<WorkerFigures> figures() const;
  // Returns the pending jobs for addresses, which the loops dial themselves. Any thread.
  std::size_t pendingOnLoops() const;

  struct Inside;
  Inside& inside() { return *inside_; }  // for this room

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::connect
