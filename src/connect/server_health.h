// ServerHealth: orders name servers by health. The configured order holds, but a server that did not answer what
// another one answered goes behind those that do, until it answers again; now and then it is probed for that.
//
// Shared by the connect workers. Any thread.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::connect {

class ServerHealth {
 public:
  static constexpr Duration kProbeEvery = std::chrono::seconds(10);

  struct Order {
    std::vector<std::size_t> servers;  // indices into what was given, the one to ask first in front
    std::optional<std::size_t> probe;  // to be asked beside it, whose answer only counts for answered()
  };
  // Returns the order in which to ask. A call that names a probe postpones the next probe.
  Order order(const std::vector<Endpoint>& servers, MonoTime now);

  void answered(const Endpoint& server);
  // Notes that another server has answered the same question. Returns whether this is new.
  bool setBack(const Endpoint& server, MonoTime now);

 private:
  static constexpr std::size_t kMost = 256;  // servers come and go with the configuration

  std::mutex mutex_;                      // guards what follows
  std::map<Endpoint, MonoTime> setBack_;  // when each is to be probed
};

}  // namespace megaphone::connect
