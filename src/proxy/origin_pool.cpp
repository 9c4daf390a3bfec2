#include "megaphone/proxy/origin_pool.h"

#include <cassert>

namespace megaphone::proxy {

namespace {
struct ByOrigin {};
}  // namespace

struct OriginPool::Entry : ListNode<OriginPool::ByAge>, ListNode<ByOrigin> {
  explicit Entry(Id i) : id(i) {}
  const Id id;
  Endpoint endpoint;
  MonoTime since{};
  Bucket* bucket = nullptr;  // null: not in the pool
};

struct OriginPool::Bucket {
  IntrusiveList<Entry, ByOrigin> entries;  // newest first
  std::size_t size = 0;
};

OriginPool::OriginPool(const Limits& limits)
    : limits_(limits), byAge_(std::make_unique<IntrusiveList<Entry, ByAge>>()) {}
OriginPool::~OriginPool() = default;

OriginPool::Id OriginPool::add(std::string_view key, const Endpoint& endpoint, MonoTime now,
                               const std::function<void(Id)>& evict) {
  if (limits_.connections == 0 || limits_.perOrigin == 0) return kNoId;
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    // An origin that has no connection left keeps its bucket, so that the next one allocates nothing; but not for ever.
    if (buckets_.size() > 2 * limits_.connections)
      std::erase_if(buckets_, [](const auto& b) { return b.second.size == 0; });
    found = buckets_.try_emplace(std::string(key)).first;
  }
  Bucket& bucket = found->second;
  Entry* oldest = bucket.size >= limits_.perOrigin ? bucket.entries.back()
                  : size_ >= limits_.connections   ? byAge_->front()
                                                   : nullptr;
  if (oldest) {
    evict(oldest->id);
    remove(oldest->id);
  }
  if (free_.empty()) {
    free_.push_back(static_cast<Id>(entries_.size()));
    entries_.push_back(std::make_unique<Entry>(free_.back()));
  }
  Entry& entry = *entries_[free_.back()];
  free_.pop_back();
  entry.endpoint = endpoint;
  entry.since = now;
  entry.bucket = &bucket;
  bucket.entries.pushFront(entry);
  byAge_->pushBack(entry);
  ++bucket.size;
  ++size_;
  return entry.id;
}

OriginPool::Id OriginPool::take(std::string_view key, MonoTime since,
                                const std::function<bool(const Endpoint&)>& judge) {
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return kNoId;
  Entry* chosen =
      found->second.entries.find([&](const Entry& entry) { return entry.since >= since && judge(entry.endpoint); });
  if (!chosen) return kNoId;
  unlink(*chosen);
  free_.push_back(chosen->id);
  return chosen->id;
}

const Endpoint& OriginPool::endpoint(Id id) const { return entries_[id]->endpoint; }

void OriginPool::remove(Id id) {
  Entry& entry = *entries_[id];
  if (!entry.bucket) return;
  unlink(entry);
  free_.push_back(id);
}

void OriginPool::expire(MonoTime now, const std::function<void(Id)>& dead) {
  while (Entry* oldest = byAge_->front()) {
    if (oldest->since + limits_.idle > now) break;
    dead(oldest->id);
    remove(oldest->id);
  }
}

void OriginPool::removeIf(const std::function<bool(const Endpoint&)>& denied, const std::function<void(Id)>& dead) {
  byAge_->forEach([&](Entry& entry) {
    if (!denied(entry.endpoint)) return;
    dead(entry.id);
    remove(entry.id);
  });
}

void OriginPool::change(const Limits& limits, const std::function<void(Id)>& dead) {
  limits_ = limits;
  const std::size_t most = limits.perOrigin == 0 ? 0 : limits.connections;
  while (size_ > most) removeOldest(dead);
}

std::optional<MonoTime> OriginPool::oldest() const {
  Entry* oldest = byAge_->front();
  if (!oldest) return std::nullopt;
  return oldest->since;
}

void OriginPool::removeOldest(const std::function<void(Id)>& dead) {
  Entry* oldest = byAge_->front();
  if (!oldest) return;
  dead(oldest->id);
  remove(oldest->id);
}

std::optional<MonoTime> OriginPool::nextExpiry() const {
  const auto since = oldest();
  if (!since) return std::nullopt;
  return *since + limits_.idle;
}

void OriginPool::unlink(Entry& entry) {
  static_cast<ListNode<ByAge>&>(entry).unlink();
  static_cast<ListNode<ByOrigin>&>(entry).unlink();
  --entry.bucket->size;
  --size_;
  entry.bucket = nullptr;
}

}  // namespace megaphone::proxy
