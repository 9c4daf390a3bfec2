#include "server_health.h"

#include <gtest/gtest.h>

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;
using Indices = std::vector<std::size_t>;

struct ServerHealthTest : testing::Test {
  const std::vector<Endpoint> servers{*Endpoint::parse("192.0.2.1:53"), *Endpoint::parse("192.0.2.2:53"),
                                      *Endpoint::parse("192.0.2.3:53")};
  ServerHealth health;
  MonoTime now{1h};

  Indices order() { return health.order(servers, now).servers; }
  std::optional<std::size_t> probe() { return health.order(servers, now).probe; }
};

TEST_F(ServerHealthTest, TheConfiguredOrderHoldsAtFirst) {
  EXPECT_EQ(order(), (Indices{0, 1, 2}));
  EXPECT_EQ(probe(), std::nullopt);
}

TEST_F(ServerHealthTest, WhoDidNotAnswerWhatAnotherDidGoesBehind) {
  EXPECT_TRUE(health.setBack(servers[0], now));
  EXPECT_FALSE(health.setBack(servers[0], now));
  EXPECT_EQ(order(), (Indices{1, 2, 0}));
  health.setBack(servers[1], now);
  EXPECT_EQ(order(), (Indices{2, 0, 1}));
}

TEST_F(ServerHealthTest, WhoAnswersAgainHasItsPlaceAgain) {
  health.setBack(servers[0], now);
  health.answered(servers[0]);
  EXPECT_EQ(order(), (Indices{0, 1, 2}));
}

TEST_F(ServerHealthTest, WhoIsSetBackIsProbedNowAndThen) {
  health.setBack(servers[0], now);
  EXPECT_EQ(probe(), std::nullopt);
  now += ServerHealth::kProbeEvery;
  EXPECT_EQ(probe(), 0u);
  EXPECT_EQ(probe(), std::nullopt) << "once in that time";
  now += ServerHealth::kProbeEvery;
  EXPECT_EQ(probe(), 0u);
}

TEST_F(ServerHealthTest, WhereAllAreSetBackTheFirstIsAskedAnyhow) {
  for (const Endpoint& server : servers) health.setBack(server, now);
  now += ServerHealth::kProbeEvery;
  const ServerHealth::Order order = health.order(servers, now);
  EXPECT_EQ(order.servers, (Indices{0, 1, 2}));
  EXPECT_EQ(order.probe, 1u);
}

}  // namespace
}  // namespace megaphone::connect
