// ConnectJobs: the jobs under way on one loop. The loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

#include "connect_job.h"
#include "megaphone/base/keyed_hash.h"

namespace megaphone::connect {

class ConnectJobs final : public ConnectJob::Owner {
 public:
  using OnOutcome = std::function<void(OutcomeMailbox& answerTo, Outcome&& outcome)>;

  // `resolver`: may be null if every order is for an address. `lane`: null: nothing is captured. REQUIRES: both outlive
  // it.
  ConnectJobs(uv::Loop& loop, Resolver* resolver, capture::Lane* lane, KeyedHash hash, OnOutcome onOutcome);

  // Starts a job. `onOutcome` is called once, perhaps inside this call, unless the job is cancelled or *this destroyed.
  void begin(Order order);
  void cancel(const OutcomeMailbox& answerTo, JobId id) { jobs_.erase({&answerTo, id}); }

 private:
  using Key = std::pair<const OutcomeMailbox*, JobId>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
    KeyedHash hash;
  };
  void onJobEnded(ConnectJob& job, Outcome&& outcome) override;

  uv::Loop& loop_;
  Resolver* const resolver_;
  capture::Lane* const lane_;
  const OnOutcome onOutcome_;
  std::unordered_map<Key, std::unique_ptr<ConnectJob>, KeyHash> jobs_;
};

}  // namespace megaphone::connect
