// OriginPool: the idle connections to origins, and which requests may use them. A pure table: ids, keys, endpoints and
// times; the streams themselves are held by `server`. One thread: its loop's.
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

// The kept connections that may serve a request.
enum class Reuse : std::uint8_t {
  none,    // CONNECT, or a kept connection already failed this request
  recent,  // one used a moment ago: the request must not be sent twice, and old ones are often closed
  any,
};

// The clients that a connection may serve, after what has passed on it.
enum class Bond : std::uint8_t {
  none,     // any client
  session,  // the client's session that used it: the origin may have read something else than was sent
  login,    // the same, because the connection may be authenticated: it serves that session at any age
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
  using Session = const void*;  // identifies a client's session during its lifetime
  // Origins usually keep idle connections for at least 5 s; a younger one is hardly closed just as a request is sent on
  // it.
  static constexpr Duration kRecent = std::chrono::seconds(2);
  // The time that a request waits on a new connection before idle ones to the same origin give way.
  static constexpr Duration kPatience = std::chrono::milliseconds(300);
  static constexpr std::size_t kMostPerSession = 8;  // to all origins

  struct Connection {
    Endpoint endpoint;
    Duration lasts = Duration::max();  // the origin may close it when it has been idle for so long
    Bond bond = Bond::none;
    Session session = nullptr;  // the owner of a connection with a bond
  };
  struct Request {
    Reuse reuse = Reuse::any;
    Session session = nullptr;
    MonoTime now{};
  };

  explicit OriginPool(const Limits& limits);
  ~OriginPool();

  // Adds an idle connection. Returns its id, or kNoId if a limit is zero. Before, calls `evict(id)` for the oldest if a
  // limit is reached.
  Id add(std::string_view key, const Connection& connection, MonoTime now, const std::function<void(Id)>& evict);
  // Takes out the newest connection of that origin that may serve the request and whose endpoint `judge` still allows,
  // the session's own before others. Returns its id, or kNoId. A denied one stays until its idle time ends: another
  // listener may allow it.
  Id take(std::string_view key, const Request& request, const std::function<bool(const Endpoint&)>& judge);
  // Returns the connection of an id in the pool, or of the one taken last.
  const Connection& connection(Id id) const;
  // Removes a connection that was closed.
  void remove(Id id);
  // Removes the connections of a session that has ended, and calls `dead(id)` for each.
  void forget(Session session, const std::function<void(Id)>& dead);
  // Makes room at an origin that may serve one connection after the other, where a request waits on a new one: removes
  // those idle for kPatience, or for kRecent if of use (another name, or a login), and calls `dead(id)` for each.
  void giveWay(std::string_view key, const Endpoint& endpoint, MonoTime now, const std::function<void(Id)>& dead);
  // Removes connections that were idle for too long, and calls `dead(id)` for each.
  void expire(MonoTime now, const std::function<void(Id)>& dead);
  // Removes connections for whose endpoint `denied` holds, and calls `dead(id)` for each.
  void removeIf(const std::function<bool(const Endpoint&)>& denied, const std::function<void(Id)>& dead);
  // Replaces the limits; removes the oldest connections above the total, and calls `dead(id)` for each.
  void change(const Limits& limits, const std::function<void(Id)>& dead);
  // Returns when the oldest connection was added.
  std::optional<MonoTime> oldest() const;
  void removeOldest(const std::function<void(Id)>& dead);
  // Returns when expire() is due next.
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
