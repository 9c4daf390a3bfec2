#include "connect_job.h"

#include <algorithm>
#include <utility>

namespace megaphone::connect {
namespace {

std::string nameOf(const Order& order) {
  const auto* name = std::get_if<std::string>(&order.host);
  if (!name) return {};
  return order.absolute ? *name + '.' : *name;
}

ConnectPlan planFor(const Order& order, const Resolver* resolver) {
  const std::string name = nameOf(order);
  const auto first = name.empty() ? IpAddress::Family::v6 : resolver->preferred(name);
  return ConnectPlan(first, order.job.deadline);
}

std::string destinationText(const Job& job) {
  const bool brackets = job.host.find(':') != std::string::npos;
  return (brackets ? '[' + job.host + ']' : job.host) + ':' + std::to_string(job.port);
}

}  // namespace

ConnectJob::ConnectJob(uv::Loop& loop, Resolver* resolver, capture::Lane* lane, Owner& owner, Order order)
    : loop_(loop),
      resolver_(resolver),
      owner_(owner),
      order_(std::move(order)),
      name_(nameOf(order_)),
      race_(loop, planFor(order_, resolver),
            {destinationText(order_.job), order_.job.port, order_.job.deadline, order_.ownPorts, order_.crowdedFrom,
             order_.own},
            AttemptTap(lane, order_.job), *this) {}

void ConnectJob::start() {
  if (!name_.empty()) {
    resolver_->resolve(name_, *this);
  } else {
    const IpAddress address = std::get<IpAddress>(order_.host);
    const auto none = address.isV4() ? IpAddress::Family::v6 : IpAddress::Family::v4;
    race_.lookupAnswered(none, {});
    race_.lookupAnswered(address.family(), judged({address}));
  }
  race_.start();
}

void ConnectJob::onAddresses(IpAddress::Family family, const std::vector<IpAddress>& addresses) {
  race_.lookupAnswered(family, judged(addresses));
}

void ConnectJob::onLookupFailed(IpAddress::Family family, Error error) { race_.lookupFailed(family, std::move(error)); }

std::vector<IpAddress> ConnectJob::judged(const std::vector<IpAddress>& addresses) {
  std::vector<IpAddress> allowed;
  for (const IpAddress& address : addresses) {
    const access::Verdict verdict = order_.job.rules->judgeAddress(address);
    if (verdict.allowed()) {
      allowed.push_back(address);
      continue;
    }
    race_.note({verdict.reason, Side::daemon, 0,
                "connect to " + destinationText(order_.job) + " at " + address.text() + " (" +
                    access::ruleText(verdict) + ")"});
  }
  return allowed;
}

void ConnectJob::onConnected(Connection connection) {
  if (!name_.empty()) resolver_->worked(name_, connection.peer.address.family());
  end(std::move(connection));
}

void ConnectJob::onRaceFailed(Error error) { end(std::move(error)); }

void ConnectJob::end(Result<Connection> connection) {
  unlink();  // cancels the lookup
  // The time of the round may be older than the order, which arrives by mail during the round.
  const auto sinceSubmitted = [&](MonoTime until) { return std::max(until - order_.submitted, Duration::zero()); };
  const MonoTime now = loop_.now();
  Outcome outcome{order_.job.id, std::move(connection)};
  if (const auto dialled = race_.firstDial()) {
    outcome.resolve = name_.empty() ? Duration::zero() : sinceSubmitted(*dialled);
    outcome.connect = now - *dialled;
  } else if (!name_.empty()) {
    outcome.resolve = sinceSubmitted(now);
  }
  order_.ticket = {};  // before the answer, so that the asker may submit the next one
  owner_.onJobEnded(*this, std::move(outcome));
}

}  // namespace megaphone::connect
