#include "megaphone/connect/connects.h"

#include <utility>

#include "connect_jobs.h"
#include "connect_pool_inside.h"
#include "megaphone/base/host_name.h"

namespace megaphone::connect {

uv::Stream Connection::take(uv::Loop& loop, uv::StreamSink& sink) {
  if (!stream_) {
    stream_ = uv::Stream(loop, std::move(fd_));
    stream_.setNoDelayLate();
  }
  stream_.setSink(sink);
  return std::move(stream_);
}

struct Connects::Inside {
  Inside(uv::Loop& loop, ConnectPool::Inside& thePool, capture::Lane* lane, OnOutcome onOutcome)
      : pool(thePool),
        admission(thePool.admission),
        deliver(std::move(onOutcome)),
        outcomes(loop, [this](Outcome&& outcome) { deliver(std::move(outcome)); }),
        jobs(loop, nullptr, lane, thePool.hash,
             [this](OutcomeMailbox&, Outcome&& outcome) { ended(std::move(outcome)); }) {}

  void begin(Order order) {
    beginning = true;
    jobs.begin(std::move(order));
    beginning = false;
  }
  // Never delivers inside submit().
  void ended(Outcome&& outcome) {
    if (beginning)
      outcomes.post(std::move(outcome));
    else
      deliver(std::move(outcome));
  }

  ConnectPool::Inside& pool;
  const std::shared_ptr<Admission> admission;  // the jobs' tickets need it, and the pool may have ended
  const OnOutcome deliver;
  OutcomeMailbox outcomes;
  ConnectJobs jobs;
  bool beginning = false;
};

Connects::Connects(uv::Loop& loop, ConnectPool& pool, capture::Lane* lane, OnOutcome onOutcome)
    : inside_(std::make_unique<Inside>(loop, pool.inside(), lane, std::move(onOutcome))) {}

Connects::~Connects() = default;

Result<void> Connects::submit(Job job) {
  auto order = inside_->pool.admit(std::move(job), inside_->outcomes);
  if (!order) return std::move(order.error());
  if (const auto* name = std::get_if<std::string>(&order->host))
    inside_->pool.workerFor(*name).submit(std::move(*order));
  else
    inside_->begin(std::move(*order));
  return {};
}

void Connects::cancel(JobId id, const std::string& host) {
  if (const auto name = normalName(host))
    inside_->pool.workerFor(*name).cancel(inside_->outcomes, id);
  else
    inside_->jobs.cancel(inside_->outcomes, id);
}

}  // namespace megaphone::connect
