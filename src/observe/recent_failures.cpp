#include "megaphone/observe/recent_failures.h"

#include <algorithm>

namespace megaphone::observe {

void RecentFailures::note(const record::Client& client, record::Failure failure, std::size_t most) {
  const std::lock_guard lock(mutex_);
  auto found = byAddress_.find(client.address());
  if (found == byAddress_.end()) {
    clients_.push_front({client.address(), {}});
    found = byAddress_.emplace(client.address(), clients_.begin()).first;
  } else {
    clients_.splice(clients_.begin(), clients_, found->second);
  }
  OfAddress& own = clients_.front();
  add(own, std::move(failure));
  while (own.failures.size() > most) drop(own, leastOf(own));
  if (own.failures.empty()) drop(clients_.begin());
  while (clients_.size() > limits_.addresses || (bytes_ > limits_.bytes && clients_.size() > 1)) {
    drop(std::prev(clients_.end()));
  }
}

std::vector<record::Failure> RecentFailures::of(const record::Client& client, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  const auto found = byAddress_.find(client.address());
  if (found == byAddress_.end()) return {};
  const auto& all = found->second->failures;
  return {all.begin(), std::next(all.begin(), static_cast<std::ptrdiff_t>(std::min(most, all.size())))};
}

void RecentFailures::add(OfAddress& client, record::Failure failure) {
  const auto before = std::find_if(client.failures.begin(), client.failures.end(),
                                   [&](const record::Failure& each) { return each.repeats(failure); });
  if (before != client.failures.end()) {
    failure.times += before->times;
    drop(client, before);
  }
  bytes_ += failure.size();
  client.failures.push_front(std::move(failure));
}

// The oldest that nobody waits for, or the oldest.
std::list<record::Failure>::iterator RecentFailures::leastOf(OfAddress& client) {
  const auto found = std::find_if(client.failures.rbegin(), client.failures.rend(),
                                  [](const record::Failure& each) { return each.by_itself; });
  return found == client.failures.rend() ? std::prev(client.failures.end()) : std::prev(found.base());
}

void RecentFailures::drop(OfAddress& client, std::list<record::Failure>::iterator failure) {
  bytes_ -= failure->size();
  client.failures.erase(failure);
}

void RecentFailures::drop(Clients::iterator client) {
  while (!client->failures.empty()) drop(*client, client->failures.begin());
  byAddress_.erase(client->address);
  clients_.erase(client);
}

}  // namespace megaphone::observe
