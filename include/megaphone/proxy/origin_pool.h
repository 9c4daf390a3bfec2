// OriginPool: which idle connections to which origin may be used again. A pure table: ids, keys, endpoints and times;
// the streams themselves are held by `server`.
//
// The newest connection of an origin is taken first: it is the least likely to have been closed by the origin. Adding
// and taking for an origin that is known allocate nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/intrusive_list.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::proxy {

class OriginPool {
 public:
  struct Limits {
    std::size_t connections = 1'024;
    std::size_t perOrigin = 64;
    Duration idle{};
  };
  using Id = std::uint32_t;  // small and dense: an index for the holder of the streams
  static constexpr Id kNoId = UINT32_MAX;
  // Origins keep idle connections for 5 s at least, as far as known; one that is younger than this will hardly be
  // closed as a request goes out on it.
  static constexpr Duration kRecent = std::chrono::seconds(2);

  explicit OriginPool(const Limits& limits);
  ~OriginPool();

  // Notes an idle connection; gives its id, or kNoId where a limit of zero says to keep none. Before, calls `evict(id)`
  // for the oldest where a limit is reached.
  Id add(std::string_view key, const Endpoint& endpoint, MonoTime now, const std::function<void(Id)>& evict);
  // The newest connection of that origin that was added at `since` or later and whose endpoint `judge` still allows; it
  // leaves the pool. kNoId: none. A denied one stays and runs into its idle time: another listener may allow it.
  Id take(std::string_view key, MonoTime since, const std::function<bool(const Endpoint&)>& judge);
  const Endpoint& endpoint(Id id) const;  // of a connection in the pool or taken last
  // The connection has died.
  void remove(Id id);
  // Removes what has been idle for too long and calls `dead(id)` for each.
  void expire(MonoTime now, const std::function<void(Id)>& dead);
  // Removes what `denied` says, and calls `dead(id)` for each.
  void removeIf(const std::function<bool(const Endpoint&)>& denied, const std::function<void(Id)>& dead);
  // Other limits from now on; calls `dead(id)` for the oldest of those that are too many in all.
  void change(const Limits& limits, const std::function<void(Id)>& dead);
  // Since when the one that was added first is in the pool.
  std::optional<MonoTime> oldest() const;
  void removeOldest(const std::function<void(Id)>& dead);
  // When expire() has something to do next.
  std::optional<MonoTime> nextExpiry() const;
  std::size_t size() const { return size_; }

 private:
  struct Entry;
  struct Bucket;
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  void unlink(Entry& entry);

  Limits limits_;
  std::size_t size_ = 0;
  std::unordered_map<std::string, Bucket, KeyHash, std::equal_to<>> buckets_;
  std::vector<std::unique_ptr<Entry>> entries_;  // by id
  std::vector<Id> free_;
  struct ByAge {};
  std::unique_ptr<IntrusiveList<Entry, ByAge>> byAge_;  // oldest first
};

}  // namespace megaphone::proxy
