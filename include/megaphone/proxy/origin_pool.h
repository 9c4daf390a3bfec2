// OriginPool: which idle connections to which origin may be used again, and by whom. A pure table: ids, keys, endpoints
// and times; the streams themselves are held by `server`.
//
// The newest connection of an origin is taken first: it is the least likely to have been closed by the origin. Adding
// and taking for an origin that is known, or for a client's session that has connections of its own already, allocate
// nothing but now and then some memory for a longer key.
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
#include "megaphone/base/keyed_hash.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::proxy {

// Which kept connection may serve a request.
enum class Reuse : std::uint8_t {
  none,    // CONNECT, or one has died under it already
  recent,  // one that served a moment ago: the request must not be sent twice, and old ones tend to die
  any,
};

// Whom a connection may serve after what has passed on it.
enum class Bond : std::uint8_t {
  none,     // any client
  session,  // the client's session of which it was: the origin may have read something else than we have sent
  login,    // the same, for the origin takes the connection for logged in: it serves that session at any age
};

class OriginPool {
 public:
  struct Limits {
    std::size_t connections = 1'024;
    std::size_t perOrigin = 64;  // of those without a bond
    Duration idle{};
  };
  using Id = std::uint32_t;  // small and dense: an index for the holder of the streams
  static constexpr Id kNoId = UINT32_MAX;
  using Session = const void*;  // stands for a client's session, while that lives
  // Provenance keep idle connections for 5 s at least, where they do not tell otherwise; one that is younger than this
  // will hardly be closed as a request goes out on it.
  static constexpr Duration kRecent = std::chrono::seconds(2);
  // So long may a request wait for the answer of a new connection before idle ones to the same origin give way.
  static constexpr Duration kPatience = std::chrono::milliseconds(300);
  static constexpr std::size_t kMostPerSession = 8;  // to all origins

  struct Connection {
    Endpoint endpoint;
    Duration lasts = Duration::max();  // the origin may close it when it has been idle for so long
    Bond bond = Bond::none;
    Session session = nullptr;  // which has it where there is a bond
  };
  struct Request {
    Reuse reuse = Reuse::any;
    Session session = nullptr;
    MonoTime now{};
  };

  explicit OriginPool(const Limits& limits);
  ~OriginPool();

  // Notes an idle connection; gives its id, or kNoId where a limit of zero says to keep none. Before, calls `evict(id)`
  // for the oldest where a limit is reached.
  Id add(std::string_view key, const Connection& connection, MonoTime now, const std::function<void(Id)>& evict);
  // The newest connection of that origin that may serve the request and whose endpoint `judge` still allows, the
  // session's own before the others; it leaves the pool. kNoId: none. A denied one stays and runs into its idle time:
  // another listener may allow it.
  Id take(std::string_view key, const Request& request, const std::function<bool(const Endpoint&)>& judge);
  // Of one in the pool, or taken last.
  const Connection& connection(Id id) const;
  // The connection has died.
  void remove(Id id);
  // The session is over: removes its own, and calls `dead(id)` for each.
  void forget(Session session, const std::function<void(Id)>& dead);
  // A request waits for that origin to answer on a new connection, and the origin may serve one after the other:
  // removes what has been idle there for kPatience, or for kRecent where it would be missed (it goes by another name,
  // or is logged in), and calls `dead(id)` for each.
  void giveWay(std::string_view key, const Endpoint& endpoint, MonoTime now, const std::function<void(Id)>& dead);
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
  Bucket& bucketFor(std::string_view key, const Connection& connection);
  Entry* find(Bucket& bucket, std::string_view key, const Request& request,
              const std::function<bool(const Endpoint&)>& judge);
  void unlink(Entry& entry);

  Limits limits_;
  std::size_t size_ = 0;
  std::unordered_map<std::string, Bucket, KeyedHash, std::equal_to<>> origins_;  // without a bond, by key
  std::unordered_map<Session, Bucket> sessions_;                                 // with one
  std::vector<std::unique_ptr<Entry>> entries_;                                  // by id
  std::vector<Id> free_;
  struct ByAge {};
  std::unique_ptr<IntrusiveList<Entry, ByAge>> byAge_;  // oldest first
};

}  // namespace megaphone::proxy
