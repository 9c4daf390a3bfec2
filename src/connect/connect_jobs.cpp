#include "connect_jobs.h"

#include <array>
#include <cassert>
#include <cstring>

namespace megaphone::connect {

std::size_t ConnectJobs::KeyHash::operator()(const Key& key) const {
  std::array<char, sizeof key.first + sizeof key.second> bytes;
  std::memcpy(bytes.data(), &key.first, sizeof key.first);
  std::memcpy(bytes.data() + sizeof key.first, &key.second, sizeof key.second);
  return hash(std::string_view(bytes.data(), bytes.size()));
}

ConnectJobs::ConnectJobs(uv::Loop& loop, Resolver* resolver, capture::Lane* lane, KeyedHash hash, OnOutcome onOutcome)
    : loop_(loop), resolver_(resolver), lane_(lane), onOutcome_(std::move(onOutcome)), jobs_(0, KeyHash{hash}) {}

void ConnectJobs::begin(Order order) {
  const Key key{order.answerTo, order.job.id};
  auto job = std::make_unique<ConnectJob>(loop_, resolver_, lane_, *this, std::move(order));
  const auto [place, isNew] = jobs_.emplace(key, std::move(job));
  assert(isNew && "a job's id is unique while it is pending");
  if (isNew) place->second->start();
}

void ConnectJobs::onJobEnded(ConnectJob& job, Outcome&& outcome) {
  OutcomeMailbox& answerTo = job.answerTo();
  auto ended = jobs_.extract({&answerTo, outcome.id});
  loop_.deferDelete(std::move(ended.mapped()));  // it is on the stack
  onOutcome_(answerTo, std::move(outcome));
}

}  // namespace megaphone::connect
