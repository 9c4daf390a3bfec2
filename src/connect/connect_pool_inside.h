// ConnectPool::Inside: admits jobs and passes them on to the worker or the loop. Any thread. Private to connect.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "connect_worker.h"
#include "megaphone/base/keyed_hash.h"
#include "megaphone/connect/connect_pool.h"
#include "order.h"

namespace megaphone::connect {

struct ConnectPool::Inside {
  Inside(const config::DaemonSettings& limits, const config::Dns& dns, const Ports& ports,
         const std::vector<capture::Lane*>& lanes, access::OwnAddressesPtr own);

  // Returns the admitted job as an order. Errors: as Connects::submit().
  Result<Order> admit(Job job, OutcomeMailbox& answerTo);
  ConnectWorker& workerFor(const std::string& name) { return *workers[indexFor(name)]; }
  void change(const Ports& ports);

  KeyedHash hash;
  std::shared_ptr<Admission> admission;  // shared with the loops, which hold tickets
  std::vector<std::unique_ptr<ConnectWorker>> workers;

 private:
  std::size_t indexFor(const std::string& name) const { return hash(name) % workers.size(); }
  std::size_t placeFor(const Host& host) const;
  std::shared_ptr<const Ports> ownPorts();

  const access::OwnAddressesPtr own_;
  const int crowdedFrom_;  // descriptor_marks.h
  std::mutex mutex_;
  std::shared_ptr<const Ports> ownPorts_;  // guarded by it
};

}  // namespace megaphone::connect
