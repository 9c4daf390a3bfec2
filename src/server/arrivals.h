// Arrivals: the connections of one listener on one loop that are between their accept and their session. Each goes
// through its stages (proxy::ArrivalStage); whoever comes out at their end is admitted and gets a session.
//
// Bounded in bytes and in time for each connection, and in connections. Belongs to the loop's thread.
#pragma once

#include <memory>
#include <string_view>

#include "deadlines.h"
#include "megaphone/base/intrusive_list.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/proxy/arrival_stage.h"
#include "megaphone/uv/loop.h"

namespace megaphone::server {

// Told of the end of each arrival, exactly once. REQUIRES: does not destroy the Arrivals inside of a call.
class ArrivalSink {
 public:
  // All stages are done. `early`: what was read behind them, for the session; it lives during the call.
  virtual void onArrived(UniqueFd fd, record::Client client, std::string_view early) = 0;
  // A stage, a bound or the deadline has refused the client, or the client has gone. The connection closes behind it.
  virtual void onTurnedAway(const record::Client& client, const Error& error) = 0;

 protected:
  ~ArrivalSink() = default;
};

class Arrivals {
 public:
  struct Limits {
    std::size_t bytes = std::size_t{16} * 1024;  // read before the last stage is done
    Duration time = std::chrono::seconds(10);    // for all stages together
    std::size_t connections = 1024;
  };
  // REQUIRES: loop, deadlines and sink outlive it.
  Arrivals(uv::Loop& loop, Deadlines& deadlines, const Limits& limits, ArrivalSink& sink);
  // Closes those that are still there, and tells nobody.
  ~Arrivals();

  // Begins the first stage. Without stages, or without room, the sink is called at once.
  void begin(UniqueFd fd, record::Client client, proxy::ArrivalStages stages);
  std::size_t size() const { return size_; }

 private:
  class Arrival;

  void leave(Arrival& arrival);

  uv::Loop& loop_;
  Deadlines& deadlines_;
  const Limits limits_;
  ArrivalSink& sink_;
  IntrusiveList<Arrival> arrivals_;
  std::size_t size_ = 0;
};

}  // namespace megaphone::server
