#include "race.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "dial.h"
#include "sockets.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;
using Family = IpAddress::Family;

int lowestDescriptor() { return UniqueFd(::dup(0)).get(); }

struct RaceTest : testing::Test, RaceSink {
  uv::Loop loop;
  std::vector<std::uint16_t> ownPorts;
  std::optional<Connection> connection;
  std::optional<Error> error;
  std::function<void()> ended = [] {};
  std::unique_ptr<Race> race;
  bool running = false;

  void over() {
    if (running) loop.stop();
    ended();
  }
  void onConnected(Connection made) override {
    connection = std::move(made);
    over();
  }
  void onRaceFailed(Error why) override {
    error = std::move(why);
    over();
  }
  int crowdedFrom = std::numeric_limits<int>::max();
  void prepare(std::uint16_t port, Duration time = 20s) {
    auto own = std::make_shared<const std::vector<std::uint16_t>>(ownPorts);
    const MonoTime deadline = monoNow() + time;
    race = std::make_unique<Race>(loop, ConnectPlan(Family::v4, deadline),
                                  Race::Destination{"origin.example", port, deadline, std::move(own), crowdedFrom},
                                  AttemptTap{}, *this);
  }
  void addV4(std::initializer_list<const char*> addresses) {
    std::vector<IpAddress> list;
    for (const char* address : addresses) list.push_back(ip(address));
    race->lookupAnswered(Family::v4, list);
  }
  void run() {
    race->start();
    await();
  }
  void await() {
    if (connection || error) return;
    running = true;
    loop.run();
    running = false;
  }
};

TEST_F(RaceTest, ConnectsToTheFirstThatAnswers) {
  LiveListener live("127.0.0.1");
  prepare(live.port());
  addV4({"127.0.0.1"});
  run();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->peer, live.endpoint());
  UniqueFd accepted = live.accept();
  EXPECT_EQ(Endpoint::peer(accepted.get()), Endpoint::local(connection->fd()));
}

TEST_F(RaceTest, ConnectsOverIpv6) {
  if (!haveIpv6()) GTEST_SKIP() << "no IPv6 here";
  LiveListener live("::1");
  prepare(live.port());
  race->lookupAnswered(Family::v6, std::array{ip("::1")});
  addV4({});
  run();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->peer, live.endpoint());
}

TEST_F(RaceTest, ARefusalLeadsToTheNextAddress) {
  LiveListener live("127.0.0.2");
  prepare(live.port());
  addV4({"127.0.0.3", "127.0.0.2"});
  run();
  ASSERT_TRUE(connection) << describe(*error);
  EXPECT_EQ(connection->peer, live.endpoint());
}

TEST_F(RaceTest, ALiveAddressBehindManyDeadOnesIsFound) {
  LiveListener live("127.0.0.1");
  std::vector<std::unique_ptr<DeadListener>> dead;
  std::vector<IpAddress> addresses;
  for (std::uint8_t i = 2; i < 16; ++i) {
    addresses.push_back(IpAddress::v4({127, 0, 0, i}));
    dead.push_back(std::make_unique<DeadListener>(addresses.back().text().c_str(), live.port()));
    ASSERT_TRUE(*dead.back());
  }
  addresses.push_back(ip("127.0.0.1"));
  const int before = lowestDescriptor();
  int most = 0;
  prepare(live.port(), 3s);
  uv::Timer looking;
  looking = uv::Timer(loop, [&] {
    most = std::max(most, lowestDescriptor());
    looking.start(5ms);
  });
  looking.start(5ms);
  race->lookupAnswered(Family::v6, {});
  race->lookupAnswered(Family::v4, addresses);
  run();
  ASSERT_TRUE(connection) << describe(*error);
  EXPECT_EQ(connection->peer, live.endpoint());
  EXPECT_LE(most, before + static_cast<int>(Race::kMostAtOnce)) << "attempts at a time";
}

TEST_F(RaceTest, WhereDescriptorsRunShortThereIsOneAttemptAtATime) {
  LiveListener live("127.0.0.1");
  DeadListener first("127.0.0.2", live.port());
  DeadListener second("127.0.0.3", live.port());
  ASSERT_TRUE(first && second);
  const int before = lowestDescriptor();
  crowdedFrom = 0;
  prepare(live.port(), 1s);
  int most = 0;
  uv::Timer looking;
  looking = uv::Timer(loop, [&] {
    most = std::max(most, lowestDescriptor());
    looking.start(5ms);
  });
  looking.start(5ms);
  race->lookupAnswered(Family::v6, {});
  addV4({"127.0.0.2", "127.0.0.3", "127.0.0.1"});
  run();
  ASSERT_TRUE(connection) << describe(*error);
  EXPECT_LE(most, before + 1);
}

TEST_F(RaceTest, AnAddressThatComesLateCanWin) {
  LiveListener live("127.0.0.1");
  DeadListener dead("127.0.0.2", live.port());
  ASSERT_TRUE(dead);
  prepare(live.port());
  addV4({"127.0.0.2"});
  race->start();
  // The other lookup's answer; a race does not look at the family of what it is given.
  race->lookupAnswered(Family::v6, std::array{ip("127.0.0.1")});
  await();
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->peer, live.endpoint());
}

TEST_F(RaceTest, TheLosersAreClosed) {
  LiveListener live("127.0.0.1");
  prepare(live.port());
  DeadListener dead("127.0.0.2", live.port());
  ASSERT_TRUE(dead);
  addV4({"127.0.0.2", "127.0.0.1"});
  const UniqueFd before(::dup(0));
  run();
  ASSERT_TRUE(connection);
  connection.reset();
  const UniqueFd after(::dup(0));
  EXPECT_EQ(after.get(), before.get() + 1) << "descriptors are left open";
}

TEST_F(RaceTest, WaitsForALookupThatIsUnderWay) {
  LiveListener live("127.0.0.1");
  prepare(live.port());
  race->lookupFailed(Family::v6, {Reason::dns_error, Side::origin, 0, "look up"});
  race->start();
  EXPECT_FALSE(error);
  addV4({"127.0.0.1"});
  await();
  EXPECT_TRUE(connection);
}

TEST_F(RaceTest, FailsWhenBothLookupsHaveFailed) {
  prepare(80);
  race->lookupFailed(Family::v6, {Reason::dns_error, Side::origin, 0, "look up origin.example"});
  race->lookupFailed(Family::v4, {Reason::dns_timeout, Side::origin, 0, "look up origin.example"});
  run();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, Reason::dns_timeout);
  EXPECT_EQ(error->context, "look up origin.example");
}

TEST_F(RaceTest, TheDeadlineEndsIt) {
  DeadListener dead("127.0.0.1");
  prepare(dead.port(), 20ms);
  addV4({"127.0.0.1"});
  run();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, Reason::connection_timeout);
}

TEST_F(RaceTest, TheSinkMayDestroyTheRace) {
  LiveListener live("127.0.0.1");
  ended = [this] { race.reset(); };
  prepare(live.port());
  addV4({"127.0.0.1"});
  run();
  EXPECT_TRUE(connection);
  prepare(80, 0s);
  run();
  EXPECT_TRUE(error);
}

TEST_F(RaceTest, MayBeDestroyedWhileAttemptsAreUnderWay) {
  DeadListener dead("127.0.0.1");
  prepare(dead.port());
  addV4({"127.0.0.1"});
  race->start();
  race.reset();
  EXPECT_FALSE(connection || error);
}

TEST_F(RaceTest, OurselvesIsClosedUnused) {
  LiveListener proxy("127.0.0.1");
  ownPorts = {proxy.port()};
  prepare(proxy.port());
  addV4({"127.0.0.1"});
  race->lookupAnswered(Family::v6, {});
  run();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, Reason::proxy_loop_detected);
  UniqueFd visitor = proxy.accept();
  char c;
  EXPECT_EQ(::read(visitor.get(), &c, 1), 0);
}

TEST(Dial, ASocketConnectedToItselfIsARefusal) {
  UniqueFd self = boundSocket({ip("127.0.0.1"), 0});
  const Endpoint own = *Endpoint::local(self.get());
  sockaddr_storage storage;
  const socklen_t length = own.toSockaddr(storage);
  ASSERT_EQ(::connect(self.get(), reinterpret_cast<const sockaddr*>(&storage), length), 0);
  const auto ends = mayBeUsed(self.get(), own, {});
  ASSERT_FALSE(ends);
  EXPECT_EQ(ends.error().reason, Reason::connection_refused);
}

TEST(Dial, EveryErrnoHasItsReason) {
  const Endpoint v4{ip("192.0.2.1"), 80};
  const Endpoint v6{ip("2001:db8::1"), 80};
  EXPECT_EQ(dialError(ECONNREFUSED, v4).reason, Reason::connection_refused);
  EXPECT_EQ(dialError(ETIMEDOUT, v4).reason, Reason::connection_timeout);
  EXPECT_EQ(dialError(ECONNRESET, v4).reason, Reason::connection_terminated);
  for (const int errnum : {EHOSTUNREACH, ENETUNREACH, EACCES, EPERM, EAFNOSUPPORT, EINVAL}) {
    EXPECT_EQ(dialError(errnum, v4).reason, Reason::destination_ip_unroutable) << errnum;
    EXPECT_EQ(dialError(errnum, v4).side, Side::origin) << errnum;
  }
  for (const int errnum : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    EXPECT_EQ(dialError(errnum, v4).reason, Reason::connection_limit_reached) << errnum;
    EXPECT_EQ(dialError(errnum, v4).side, Side::daemon) << errnum;
  }
  EXPECT_EQ(dialError(EADDRNOTAVAIL, v4).reason, Reason::destination_unavailable);
  EXPECT_EQ(dialError(EADDRNOTAVAIL, v6).reason, Reason::destination_ip_unroutable);
}

}  // namespace
}  // namespace megaphone::connect
