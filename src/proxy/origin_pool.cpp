#include "megaphone/proxy/origin_pool.h"

#include <cassert>

namespace megaphone::proxy {

namespace {
struct ByBucket {};
}  // namespace

struct OriginPool::Entry : ListNode<OriginPool::ByAge>, ListNode<ByBucket> {
  explicit Entry(Id i) : id(i) {}
  const Id id;
  std::string key;
  Connection connection;
  MonoTime since{};
  Bucket* bucket = nullptr;  // null: not in the pool
};

struct OriginPool::Bucket {
  IntrusiveList<Entry, ByBucket> entries;  // newest first
  std::size_t size = 0;
};

OriginPool::OriginPool(const Limits& limits)
    : limits_(limits), byAge_(std::make_unique<IntrusiveList<Entry, ByAge>>()) {}
OriginPool::~OriginPool() = default;

OriginPool::Bucket& OriginPool::bucketFor(std::string_view key, const Connection& connection) {
  if (connection.bond != Bond::none) return sessions_[connection.session];
  const auto found = origins_.find(key);
  if (found != origins_.end()) return found->second;
  // An origin without connections keeps its bucket, so that the next one allocates nothing; but not for ever.
  if (origins_.size() > 2 * limits_.connections)
    std::erase_if(origins_, [](const auto& b) { return b.second.size == 0; });
  return origins_.try_emplace(std::string(key)).first->second;
}

OriginPool::Id OriginPool::add(std::string_view key, const Connection& connection, MonoTime now,
                               const std::function<void(Id)>& evict) {
  if (limits_.connections == 0 || limits_.perOrigin == 0) return kNoId;
  Bucket& bucket = bucketFor(key, connection);
  const std::size_t most = connection.bond == Bond::none ? limits_.perOrigin : kMostPerSession;
  Entry* oldest = bucket.size >= most            ? bucket.entries.back()
                  : size_ >= limits_.connections ? byAge_->front()
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
  entry.key.assign(key);
  entry.connection = connection;
  entry.since = now;
  entry.bucket = &bucket;
  bucket.entries.pushFront(entry);
  byAge_->pushBack(entry);
  ++bucket.size;
  ++size_;
  return entry.id;
}

OriginPool::Id OriginPool::take(std::string_view key, const Request& request,
                                const std::function<bool(const Endpoint&)>& judge) {
  if (request.reuse == Reuse::none) return kNoId;
  Entry* chosen = nullptr;
  if (const auto own = sessions_.find(request.session); own != sessions_.end())
    chosen = find(own->second, key, request, judge);
  if (!chosen) {
    if (const auto shared = origins_.find(key); shared != origins_.end())
      chosen = find(shared->second, key, request, judge);
  }
  if (!chosen) return kNoId;
  unlink(*chosen);
  free_.push_back(chosen->id);
  return chosen->id;
}

OriginPool::Entry* OriginPool::find(Bucket& bucket, std::string_view key, const Request& request,
                                    const std::function<bool(const Endpoint&)>& judge) {
  return bucket.entries.find([&](const Entry& entry) {
    const Duration age = request.now - entry.since;
    const bool fits = request.reuse == Reuse::any || entry.connection.bond == Bond::login || age <= kRecent;
    return fits && age < entry.connection.lasts && entry.key == key && judge(entry.connection.endpoint);
  });
}

const OriginPool::Connection& OriginPool::connection(Id id) const { return entries_[id]->connection; }

void OriginPool::remove(Id id) {
  Entry& entry = *entries_[id];
  if (!entry.bucket) return;
  unlink(entry);
  free_.push_back(id);
}

void OriginPool::forget(Session session, const std::function<void(Id)>& dead) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  found->second.entries.forEach([&](Entry& entry) {
    dead(entry.id);
    remove(entry.id);
  });
  sessions_.erase(found);
}

void OriginPool::giveWay(std::string_view key, const Endpoint& endpoint, MonoTime now,
                         const std::function<void(Id)>& dead) {
  byAge_->forEach([&](Entry& entry) {
    if (entry.connection.endpoint != endpoint) return;
    const bool missed = entry.connection.bond == Bond::login || entry.key != key;
    if (now - entry.since < (missed ? kRecent : kPatience)) return;
    dead(entry.id);
    remove(entry.id);
  });
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
    if (!denied(entry.connection.endpoint)) return;
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
  static_cast<ListNode<ByBucket>&>(entry).unlink();
  --entry.bucket->size;
  --size_;
  entry.bucket = nullptr;
}

}  // namespace megaphone::proxy
