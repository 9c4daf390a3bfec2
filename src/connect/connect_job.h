// ConnectJob: one job on the loop that does it: lookup, judging, race, and the outcome.
#pragma once

#include <string>
#include <vector>

#include "megaphone/uv/loop.h"
#include "order.h"
#include "race.h"
#include "resolver.h"

namespace megaphone::connect {

class ConnectJob final : public uv::Deferred, private Lookup, private RaceSink {
 public:
  class Owner {
   public:
    // Reports the outcome, once. The owner destroys the job later: it is on the stack.
    virtual void onJobEnded(ConnectJob& job, Outcome&& outcome) = 0;

   protected:
    ~Owner() = default;
  };

  // `resolver`: may be null if the order is for an address. `lane`: null: nothing is captured.
  ConnectJob(uv::Loop& loop, Resolver* resolver, capture::Lane* lane, Owner& owner, Order order);
  ~ConnectJob() override = default;

  // Begins the lookup or the race. onJobEnded() may be called inside.
  void start();
  OutcomeMailbox& answerTo() const { return *order_.answerTo; }

 private:
  void onAddresses(IpAddress::Family family, const std::vector<IpAddress>& addresses) override;
  void onLookupFailed(IpAddress::Family family, Error error) override;
  void onConnected(Connection connection) override;
  void onRaceFailed(Error error) override;

  std::vector<IpAddress> judged(const std::vector<IpAddress>& addresses);
  void end(Result<Connection> connection);

  uv::Loop& loop_;
  Resolver* const resolver_;
  Owner& owner_;
  Order order_;
  const std::string name_;  // the name to resolve; empty: the host is an address
  Race race_;
};

}  // namespace megaphone::connect
