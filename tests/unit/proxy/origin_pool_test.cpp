#include "megaphone/proxy/origin_pool.h"

#include <gtest/gtest.h>

#include <set>

namespace megaphone::proxy {
namespace {

using std::chrono::seconds;
using Ids = std::vector<OriginPool::Id>;

const Endpoint kA = *Endpoint::parse("192.0.2.1:80");
const Endpoint kB = *Endpoint::parse("192.0.2.2:80");
constexpr MonoTime kAnyTime = MonoTime::min();
const auto kAny = [](const Endpoint&) { return true; };
const auto kNone = [](const Endpoint&) { return false; };

MonoTime at(int second) { return MonoTime(seconds(second)); }

class Pool {
 public:
  explicit Pool(OriginPool::Limits limits = {.connections = 3, .perOrigin = 2, .idle = seconds(10)}) : pool_(limits) {}
  OriginPool::Id add(std::string_view key, const Endpoint& endpoint = kA, int second = 0) {
    return pool_.add(key, endpoint, at(second), [&](OriginPool::Id id) { evicted.push_back(id); });
  }
  Ids expire(int second) {
    Ids dead;
    pool_.expire(at(second), [&](OriginPool::Id id) { dead.push_back(id); });
    return dead;
  }
  OriginPool* operator->() { return &pool_; }
  Ids evicted;

 private:
  OriginPool pool_;
};

TEST(OriginPool, GivesTheNewestOfThatOrigin) {
  Pool pool;
  const auto first = pool.add("a:80");
  const auto second = pool.add("a:80", kB);
  pool.add("b:80");
  EXPECT_EQ(pool->size(), 3U);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), second);
  EXPECT_EQ(pool->endpoint(second), kB);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), first);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), OriginPool::kNoId);
  EXPECT_EQ(pool->take("c:80", kAnyTime, kAny), OriginPool::kNoId);
  EXPECT_EQ(pool->size(), 1U);
}

TEST(OriginPool, OldConnectionsStayForThoseWhoMayHaveThem) {
  Pool pool;
  const auto old = pool.add("a:80", kA, 5);
  EXPECT_EQ(pool->take("a:80", at(6), kAny), OriginPool::kNoId);
  const auto recent = pool.add("a:80", kA, 6);
  EXPECT_EQ(pool->take("a:80", at(6), kAny), recent);
  EXPECT_EQ(pool->take("a:80", at(6), kAny), OriginPool::kNoId);
  EXPECT_EQ(pool->take("a:80", at(5), kAny), old);
}

TEST(OriginPool, DeniedConnectionsStayAndAnotherIsTaken) {
  Pool pool;
  const auto older = pool.add("a:80", kA);
  const auto newer = pool.add("a:80", kB);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kNone), OriginPool::kNoId);
  EXPECT_EQ(pool->size(), 2U);
  EXPECT_EQ(pool->take("a:80", kAnyTime, [](const Endpoint& e) { return e == kA; }), older);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), newer);
}

TEST(OriginPool, FullOriginEvictsItsOldest) {
  Pool pool;
  const auto oldest = pool.add("a:80");
  pool.add("a:80");
  EXPECT_TRUE(pool.evicted.empty());
  pool.add("a:80");
  EXPECT_EQ(pool.evicted, Ids{oldest});
  EXPECT_EQ(pool->size(), 2U);
}

TEST(OriginPool, FullPoolEvictsTheOldestOfAll) {
  Pool pool;
  const auto oldest = pool.add("a:80");
  pool.add("b:80");
  pool.add("c:80");
  pool.add("d:80");
  EXPECT_EQ(pool.evicted, Ids{oldest});
  EXPECT_EQ(pool->size(), 3U);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), OriginPool::kNoId);
}

TEST(OriginPool, HolderMayRemoveWhatIsEvictedOrDead) {
  OriginPool pool({.connections = 1, .perOrigin = 1, .idle = seconds(10)});
  const auto remove = [&](OriginPool::Id id) { pool.remove(id); };
  pool.add("a:80", kA, at(0), remove);
  pool.add("b:80", kA, at(1), remove);
  EXPECT_EQ(pool.size(), 1U);
  pool.expire(at(20), remove);
  EXPECT_EQ(pool.size(), 0U);
  const auto one = pool.add("a:80", kA, at(21), remove);
  EXPECT_EQ(pool.take("a:80", kAnyTime, kAny), one);
}

TEST(OriginPool, KeepsNothingWhereALimitIsZero) {
  for (const OriginPool::Limits limits : {OriginPool::Limits{.connections = 0, .perOrigin = 2, .idle = seconds(1)},
                                          OriginPool::Limits{.connections = 2, .perOrigin = 0, .idle = seconds(1)}}) {
    Pool pool(limits);
    EXPECT_EQ(pool.add("a:80"), OriginPool::kNoId);
    EXPECT_EQ(pool->size(), 0U);
  }
}

TEST(OriginPool, RemovedConnectionIsGoneAndRemovingTwiceChangesNothing) {
  Pool pool;
  const auto id = pool.add("a:80");
  pool->remove(id);
  pool->remove(id);
  EXPECT_EQ(pool->size(), 0U);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), OriginPool::kNoId);
  EXPECT_FALSE(pool->nextExpiry());
}

TEST(OriginPool, ExpiresWhatHasBeenIdleForTooLong) {
  Pool pool;
  EXPECT_FALSE(pool->nextExpiry());
  const auto first = pool.add("a:80", kA, 1);
  const auto second = pool.add("b:80", kA, 2);
  pool.add("a:80", kA, 5);
  EXPECT_EQ(pool->nextExpiry(), at(11));
  EXPECT_EQ(pool.expire(10), Ids{});
  EXPECT_EQ(pool.expire(12), (Ids{first, second}));
  EXPECT_EQ(pool->nextExpiry(), at(15));
  EXPECT_EQ(pool->size(), 1U);
}

TEST(OriginPool, RemovesWhatIsDeniedNow) {
  Pool pool;
  const auto denied = pool.add("a:80", kA);
  const auto allowed = pool.add("a:80", kB);
  Ids dead;
  pool->removeIf([](const Endpoint& endpoint) { return endpoint == kA; }, [&](auto id) { dead.push_back(id); });
  EXPECT_EQ(dead, Ids{denied});
  EXPECT_EQ(pool->size(), 1U);
  EXPECT_EQ(pool->take("a:80", kAnyTime, kAny), allowed);
}

TEST(OriginPool, SmallerLimitsSendTheOldestAway) {
  Pool pool;
  const Ids added{pool.add("a:80", kA, 1), pool.add("b:80", kA, 2), pool.add("c:80", kA, 3)};
  Ids dead;
  pool->change({.connections = 1, .perOrigin = 2, .idle = seconds(5)}, [&](auto id) { dead.push_back(id); });
  EXPECT_EQ(dead, (Ids{added[0], added[1]}));
  EXPECT_EQ(pool->nextExpiry(), at(8));
  pool->change({.connections = 1, .perOrigin = 0, .idle = seconds(5)}, [&](auto id) { dead.push_back(id); });
  EXPECT_EQ(pool->size(), 0U);
}

TEST(OriginPool, GivesUpTheOldestFirst) {
  Pool pool;
  EXPECT_FALSE(pool->oldest());
  const Ids added{pool.add("a:80", kA, 1), pool.add("b:80", kA, 2)};
  EXPECT_EQ(pool->oldest(), at(1));
  Ids dead;
  for (int i = 0; i < 3; ++i) pool->removeOldest([&](auto id) { dead.push_back(id); });
  EXPECT_EQ(dead, added);
}

TEST(OriginPool, IdsAreSmallAndDense) {
  Pool pool;
  std::set<OriginPool::Id> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(pool.add("h" + std::to_string(i) + ":80", kA, i));
    if (i % 3 == 0) pool->take("h" + std::to_string(i) + ":80", kAnyTime, kAny);
  }
  EXPECT_LE(seen.size(), 4U);
  EXPECT_LE(*seen.rbegin(), 3U);
}

TEST(OriginPool, ManyOriginsOverTimeDoNotConfuseIt) {
  Pool pool({.connections = 8, .perOrigin = 2, .idle = seconds(10)});
  for (int i = 0; i < 1000; ++i) pool.add("h" + std::to_string(i % 97) + ":80", kA, i);
  EXPECT_EQ(pool->size(), 8U);
  std::size_t taken = 0;
  for (int i = 0; i < 97; ++i) {
    while (pool->take("h" + std::to_string(i) + ":80", kAnyTime, kAny) != OriginPool::kNoId) ++taken;
  }
  EXPECT_EQ(taken, 8U);
  EXPECT_EQ(pool->size(), 0U);
}

}  // namespace
}  // namespace megaphone::proxy
