#include "megaphone/proxy/origin_pool.h"

#include <gtest/gtest.h>

#include <set>

namespace megaphone::proxy {
namespace {

using std::chrono::seconds;
using Ids = std::vector<OriginPool::Id>;

const Endpoint kA = *Endpoint::parse("192.0.2.1:80");
const Endpoint kB = *Endpoint::parse("192.0.2.2:80");
const auto kAny = [](const Endpoint&) { return true; };
const auto kNone = [](const Endpoint&) { return false; };

MonoTime at(int second) { return MonoTime(seconds(second)); }

class Pool {
 public:
  explicit Pool(OriginPool::Limits limits = {.connections = 3, .perOrigin = 2, .idle = seconds(10)}) : pool_(limits) {}
  OriginPool::Id add(std::string_view key, const Endpoint& endpoint = kA, int second = 0) {
    return add(key, OriginPool::Connection{.endpoint = endpoint}, second);
  }
  OriginPool::Id add(std::string_view key, const OriginPool::Connection& connection, int second = 0) {
    return pool_.add(key, connection, at(second), [&](OriginPool::Id id) { evicted.push_back(id); });
  }
  OriginPool::Id take(std::string_view key, const std::function<bool(const Endpoint&)>& judge = kAny) {
    return pool_.take(key, {}, judge);
  }
  OriginPool::Id take(std::string_view key, const OriginPool::Request& request) {
    return pool_.take(key, request, kAny);
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
  EXPECT_EQ(pool.take("a:80"), second);
  EXPECT_EQ(pool->connection(second).endpoint, kB);
  EXPECT_EQ(pool.take("a:80"), first);
  EXPECT_EQ(pool.take("a:80"), OriginPool::kNoId);
  EXPECT_EQ(pool.take("c:80"), OriginPool::kNoId);
  EXPECT_EQ(pool->size(), 1U);
}

TEST(OriginPool, OldConnectionsStayForThoseWhoMayHaveThem) {
  const OriginPool::Request recent{.reuse = Reuse::recent, .now = at(8)};
  Pool pool;
  const auto old = pool.add("a:80", kA, 5);
  EXPECT_EQ(pool.take("a:80", recent), OriginPool::kNoId);
  const auto young = pool.add("a:80", kA, 6);
  EXPECT_EQ(pool.take("a:80", recent), young);
  EXPECT_EQ(pool.take("a:80", recent), OriginPool::kNoId);
  EXPECT_EQ(pool.take("a:80", {.now = at(8)}), old);
  pool.add("a:80", kA, 8);
  EXPECT_EQ(pool.take("a:80", {.reuse = Reuse::none, .now = at(8)}), OriginPool::kNoId);
}

TEST(OriginPool, ConnectionsThatTheOriginMayCloseAreTakenByNobody) {
  Pool pool;
  const auto id = pool.add("a:80", {.endpoint = kA, .lasts = seconds(3)}, 5);
  EXPECT_EQ(pool.take("a:80", {.now = at(8)}), OriginPool::kNoId);
  EXPECT_EQ(pool.take("a:80", {.now = at(7)}), id);
}

const int kAlice = 1;
const int kBob = 2;

TEST(OriginPool, ConnectionWithABondServesItsSessionOnly) {
  for (const Bond bond : {Bond::session, Bond::login}) {
    Pool pool;
    const auto id = pool.add("a:80", {.endpoint = kA, .bond = bond, .session = &kAlice});
    EXPECT_EQ(pool.take("a:80"), OriginPool::kNoId);
    EXPECT_EQ(pool.take("a:80", {.session = &kBob}), OriginPool::kNoId);
    EXPECT_EQ(pool.take("b:80", {.session = &kAlice}), OriginPool::kNoId);
    EXPECT_EQ(pool.take("a:80", {.session = &kAlice}), id);
    EXPECT_EQ(pool->connection(id).bond, bond);
    EXPECT_EQ(pool.take("a:80", {.session = &kAlice}), OriginPool::kNoId);
  }
}

TEST(OriginPool, OwnConnectionIsTakenBeforeOneThatServesAll) {
  Pool pool;
  const auto own = pool.add("a:80", {.endpoint = kA, .bond = Bond::login, .session = &kAlice}, 1);
  const auto shared = pool.add("a:80", kA, 2);
  EXPECT_EQ(pool.take("a:80", {.session = &kAlice, .now = at(3)}), own);
  EXPECT_EQ(pool.take("a:80", {.session = &kAlice, .now = at(3)}), shared);
}

TEST(OriginPool, OneThatIsLoggedInIsTakenAtAnyAge) {
  const OriginPool::Request late{.reuse = Reuse::recent, .session = &kAlice, .now = at(9)};
  Pool pool;
  pool.add("a:80", {.endpoint = kA, .bond = Bond::session, .session = &kAlice}, 1);
  EXPECT_EQ(pool.take("a:80", late), OriginPool::kNoId);
  const auto id = pool.add("a:80", {.endpoint = kA, .bond = Bond::login, .session = &kAlice}, 1);
  EXPECT_EQ(pool.take("a:80", late), id);
}

TEST(OriginPool, ForgetsASessionWithItsConnections) {
  Pool pool;
  const auto first = pool.add("a:80", {.endpoint = kA, .bond = Bond::login, .session = &kAlice});
  const auto second = pool.add("b:80", {.endpoint = kA, .bond = Bond::session, .session = &kAlice});
  const auto bobs = pool.add("b:80", {.endpoint = kA, .bond = Bond::session, .session = &kBob});
  Ids dead;
  const auto note = [&](auto id) { dead.push_back(id); };
  pool->forget(&kAlice, note);
  EXPECT_EQ(dead, (Ids{second, first}));
  pool->forget(&kAlice, note);
  EXPECT_EQ(pool->size(), 1U);
  EXPECT_EQ(pool.take("b:80", {.session = &kBob}), bobs);
}

TEST(OriginPool, SessionHasABoundedNumberOfItsOwn) {
  Pool pool({.connections = 100, .perOrigin = 1, .idle = seconds(10)});
  Ids own;
  for (std::size_t i = 0; i <= OriginPool::kMostPerSession; ++i)
    own.push_back(pool.add("a:80", {.endpoint = kA, .bond = Bond::login, .session = &kAlice}));
  EXPECT_EQ(pool.evicted, Ids{own[0]});
  pool.add("a:80", {.endpoint = kA, .bond = Bond::login, .session = &kBob});
  pool.add("a:80");
  EXPECT_EQ(pool->size(), OriginPool::kMostPerSession + 2);
}

TEST(OriginPool, DeniedConnectionsStayAndAnotherIsTaken) {
  Pool pool;
  const auto older = pool.add("a:80", kA);
  const auto newer = pool.add("a:80", kB);
  EXPECT_EQ(pool.take("a:80", kNone), OriginPool::kNoId);
  EXPECT_EQ(pool->size(), 2U);
  EXPECT_EQ(pool.take("a:80", [](const Endpoint& e) { return e == kA; }), older);
  EXPECT_EQ(pool.take("a:80"), newer);
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
  EXPECT_EQ(pool.take("a:80"), OriginPool::kNoId);
}

TEST(OriginPool, HolderMayRemoveWhatIsEvictedOrDead) {
  OriginPool pool({.connections = 1, .perOrigin = 1, .idle = seconds(10)});
  const auto remove = [&](OriginPool::Id id) { pool.remove(id); };
  pool.add("a:80", {.endpoint = kA}, at(0), remove);
  pool.add("b:80", {.endpoint = kA}, at(1), remove);
  EXPECT_EQ(pool.size(), 1U);
  pool.expire(at(20), remove);
  EXPECT_EQ(pool.size(), 0U);
  const auto one = pool.add("a:80", {.endpoint = kA}, at(21), remove);
  EXPECT_EQ(pool.take("a:80", {}, kAny), one);
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
  EXPECT_EQ(pool.take("a:80"), OriginPool::kNoId);
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

TEST(OriginPool, IdleOnesGiveWayToARequestThatWaits) {
  const auto at = [](int ms) { return MonoTime(std::chrono::milliseconds(ms)); };
  OriginPool pool({.connections = 9, .perOrigin = 9, .idle = seconds(10)});
  const auto add = [&](std::string_view key, const OriginPool::Connection& connection, int ms) {
    return pool.add(key, connection, at(ms), [](auto) {});
  };
  const auto ofOrigin = add("a:80", {.endpoint = kA}, 0);
  const auto ofSession = add("a:80", {.endpoint = kA, .bond = Bond::session, .session = &kAlice}, 0);
  const auto loggedIn = add("a:80", {.endpoint = kA, .bond = Bond::login, .session = &kAlice}, 0);
  const auto otherName = add("b:80", {.endpoint = kA}, 0);
  add("a:80", {.endpoint = kB}, 0);
  const auto young = add("a:80", {.endpoint = kA}, 100);
  Ids dead;
  const auto giveWay = [&](int ms) { pool.giveWay("a:80", kA, at(ms), [&](auto id) { dead.push_back(id); }); };
  giveWay(299);
  EXPECT_EQ(dead, Ids{});
  giveWay(300);
  EXPECT_EQ(dead, (Ids{ofOrigin, ofSession}));
  giveWay(1999);
  EXPECT_EQ(dead, (Ids{ofOrigin, ofSession, young}));
  giveWay(2000);
  EXPECT_EQ(dead, (Ids{ofOrigin, ofSession, young, loggedIn, otherName}));
  EXPECT_EQ(pool.size(), 1U);
}

TEST(OriginPool, RemovesWhatIsDeniedNow) {
  Pool pool;
  const auto denied = pool.add("a:80", kA);
  const auto allowed = pool.add("a:80", kB);
  Ids dead;
  pool->removeIf([](const Endpoint& endpoint) { return endpoint == kA; }, [&](auto id) { dead.push_back(id); });
  EXPECT_EQ(dead, Ids{denied});
  EXPECT_EQ(pool->size(), 1U);
  EXPECT_EQ(pool.take("a:80"), allowed);
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
    if (i % 3 == 0) pool.take("h" + std::to_string(i) + ":80");
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
    while (pool.take("h" + std::to_string(i) + ":80") != OriginPool::kNoId) ++taken;
  }
  EXPECT_EQ(taken, 8U);
  EXPECT_EQ(pool->size(), 0U);
}

}  // namespace
}  // namespace megaphone::proxy
