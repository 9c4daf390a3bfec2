// ConnectJob: one job on its worker: lookup, judging, race, and the answer to the loop that asked.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "admission.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/uv/loop.h"
#include "race.h"
#include "resolver.h"

namespace megaphone::connect {

// What submit() makes of a job, before it crosses to the worker.
struct Order {
  Job job;
  std::variant<std::string, IpAddress> host;  // a normal name (host_name.h) or a numeric address
  Admission::Ticket ticket;
  MonoTime submitted;
};

class ConnectJob final : public uv::Deferred, private Lookup, private RaceSink {
 public:
  class Owner {
   public:
    // It has given its answer. To be destroyed later: it is on the stack.
    virtual void onJobEnded(ConnectJob& job) = 0;

   protected:
    ~Owner() = default;
  };

  ConnectJob(uv::Loop& loop, Resolver& resolver, const std::vector<std::uint16_t>& ownPorts, capture::Lane* lane,
             Owner& owner, Order order);
  ~ConnectJob() override = default;

  // May end at once.
  void start();
  const Job& job() const { return order_.job; }

 private:
  void onAddresses(IpAddress::Family family, const std::vector<IpAddress>& addresses) override;
  void onLookupFailed(IpAddress::Family family, Error error) override;
  void onConnected(Connection connection) override;
  void onRaceFailed(Error error) override;

  std::vector<IpAddress> judged(const std::vector<IpAddress>& addresses);
  const std::string* name() const { return std::get_if<std::string>(&order_.host); }
  void answer(Result<Connection> connection);

  uv::Loop& loop_;
  Resolver& resolver_;
  Owner& owner_;
  Order order_;
  Race race_;
};

}  // namespace megaphone::connect
