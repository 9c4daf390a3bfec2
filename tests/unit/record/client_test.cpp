#include "megaphone/record/client.h"

#include <gtest/gtest.h>

namespace megaphone::record {
namespace {

TEST(Client, IsJudgedByTheEndpointThatCounts) {
  const Endpoint balancer{IpAddress::v4({10, 0, 0, 1}), 40'000};
  const Endpoint browser{IpAddress::v4({192, 0, 2, 7}), 50'000};
  Client client = Client::at(balancer);
  EXPECT_EQ(client.address(), balancer.address);
  client.introduce(browser, Endpoint{IpAddress::v4({192, 0, 2, 1}), 3128});
  EXPECT_EQ(client.address(), browser.address);
  EXPECT_EQ(client.peer(), balancer);
  EXPECT_EQ(client.local()->port, 3128);
}

TEST(Client, IsNobodyUntilItHasAuthenticated) {
  Client client = Client::at({IpAddress::v4({192, 0, 2, 7}), 50'000});
  EXPECT_EQ(client.identity(), "");
  EXPECT_FALSE(client.local());
  client.identify("ann");
  EXPECT_EQ(client.identity(), "ann");
  EXPECT_EQ(client.peer(), client.endpoint);
}

TEST(ConnectionId, ReadsDifferentFromTheIdOfAnExchange) {
  const ExchangeId before = idBeforeFirst(WallTime{}, 3);
  EXPECT_EQ(idText(ConnectionId{before + 42}), "0000-3-c42");
  EXPECT_EQ(idText(before + 42), "0000-3-42");
}

}  // namespace
}  // namespace megaphone::record
