#include "megaphone/connect/connect_plan.h"

#include <gtest/gtest.h>

#include <string>

#include "sockets.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;
using Family = IpAddress::Family;

constexpr Family v4 = Family::v4;
constexpr Family v6 = Family::v6;

struct ConnectPlanTest : testing::Test {
  ConnectPlan plan;
  MonoTime start{1h};
  MonoTime now = start;

  void answered(Family family, std::initializer_list<const char*> addresses) {
    std::vector<IpAddress> list;
    for (const char* address : addresses) list.push_back(ip(address));
    plan.lookupAnswered(family, list, now);
  }
  void lookupFailed(Family family, Reason reason = Reason::dns_error) {
    plan.lookupFailed(family, {reason, Side::origin, 0, {}}, now);
  }
  void attemptFailed(Reason reason) { plan.attemptFailed({reason, Side::origin, 0, std::string(word(reason))}, now); }
  std::string next() {
    const auto address = plan.next(now);
    return address ? address->text() : "-";
  }
  // All addresses in order, each attempt failing at once.
  std::string allInOrder() {
    std::string all;
    for (std::string each = next(); each != "-"; each = next()) {
      all += each + ' ';
      attemptFailed(Reason::connection_refused);
    }
    return all;
  }
};

TEST_F(ConnectPlanTest, FamiliesTakeTurnsBeginningWithIpv6) {
  answered(v4, {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  answered(v6, {"2001:db8::1", "2001:db8::2"});
  EXPECT_EQ(allInOrder(), "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 192.0.2.3 ");
}

TEST_F(ConnectPlanTest, TheFamilyThatWorkedLastGoesFirst) {
  plan = ConnectPlan(v4);
  answered(v4, {"192.0.2.1"});
  EXPECT_EQ(next(), "192.0.2.1");
}

TEST_F(ConnectPlanTest, TheFirstFamilyStartsAtOnceWithoutTheOther) {
  answered(v6, {"2001:db8::1"});
  EXPECT_EQ(next(), "2001:db8::1");
}

TEST_F(ConnectPlanTest, TheSecondFamilyWaitsForTheFirstOnlyTheResolutionDelay) {
  answered(v4, {"192.0.2.1"});
  EXPECT_EQ(next(), "-");
  EXPECT_EQ(plan.wakeAt(), start + 50ms);
  now = start + 49ms;
  EXPECT_EQ(next(), "-");
  now = start + 50ms;
  EXPECT_EQ(next(), "192.0.2.1");
}

TEST_F(ConnectPlanTest, TheSecondFamilyDoesNotWaitForAFirstThatHasFailed) {
  answered(v4, {"192.0.2.1"});
  now += 10ms;
  lookupFailed(v6);
  EXPECT_EQ(next(), "192.0.2.1");
}

TEST_F(ConnectPlanTest, TheFirstFamilyWithinTheResolutionDelayGoesFirst) {
  answered(v4, {"192.0.2.1"});
  now += 10ms;
  answered(v6, {"2001:db8::1"});
  EXPECT_EQ(next(), "2001:db8::1");
}

TEST_F(ConnectPlanTest, TheNextAttemptStartsAfterTheAttemptDelay) {
  answered(v6, {"2001:db8::1"});
  answered(v4, {"192.0.2.1"});
  EXPECT_EQ(next(), "2001:db8::1");
  EXPECT_EQ(next(), "-");
  EXPECT_EQ(plan.wakeAt(), start + 250ms);
  now = start + 250ms;
  EXPECT_EQ(next(), "192.0.2.1");
  EXPECT_EQ(plan.wakeAt(), std::nullopt);
}

TEST_F(ConnectPlanTest, TheNextAttemptStartsAtOnceWhenOneFails) {
  answered(v6, {"2001:db8::1"});
  answered(v4, {"192.0.2.1"});
  next();
  now += 10ms;
  attemptFailed(Reason::connection_refused);
  EXPECT_EQ(plan.wakeAt(), now);
  EXPECT_EQ(next(), "192.0.2.1");
}

TEST_F(ConnectPlanTest, AddressesThatComeLateJoinTheRunningRace) {
  answered(v4, {"192.0.2.1", "192.0.2.2"});
  now = start + 50ms;
  EXPECT_EQ(next(), "192.0.2.1");
  now = start + 100ms;
  answered(v6, {"2001:db8::1"});
  EXPECT_EQ(next(), "-");
  now = start + 300ms;
  EXPECT_EQ(next(), "2001:db8::1");
}

TEST_F(ConnectPlanTest, AddressesThatComeAfterAllOthersHaveFailedAreTriedAtOnce) {
  answered(v4, {"192.0.2.1"});
  now = start + 50ms;
  next();
  attemptFailed(Reason::connection_refused);
  EXPECT_FALSE(plan.exhausted());
  now = start + 60ms;
  answered(v6, {"2001:db8::1"});
  EXPECT_EQ(next(), "2001:db8::1");
}

TEST_F(ConnectPlanTest, ADoubleIsTriedOnceAndTheirNumberIsBounded) {
  std::vector<IpAddress> many;
  for (std::uint8_t i = 0; i < 100; ++i) many.push_back(IpAddress::v4({192, 0, 2, static_cast<std::uint8_t>(i / 2)}));
  plan.lookupAnswered(v4, many, now);
  lookupFailed(v6);
  while (next() != "-") attemptFailed(Reason::connection_refused);
  EXPECT_EQ(plan.tried(), ConnectPlan::kMaxPerFamily);
  EXPECT_TRUE(plan.exhausted());
}

TEST_F(ConnectPlanTest, ManyAddressesGetTheirTurnBeforeTheDeadline) {
  plan = ConnectPlan(v4, start + 4s);
  std::vector<IpAddress> many;
  for (std::uint8_t i = 0; i < 32; ++i) many.push_back(IpAddress::v4({192, 0, 2, i}));
  plan.lookupAnswered(v4, many, now);
  lookupFailed(v6);
  while (next() != "-" && plan.wakeAt()) now = *plan.wakeAt();
  EXPECT_EQ(plan.tried(), 32u);
  EXPECT_LT(now, start + 4s);
}

TEST_F(ConnectPlanTest, AShortDeadlineDoesNotMakeAttemptsStormOut) {
  plan = ConnectPlan(v4, start);
  answered(v4, {"192.0.2.1", "192.0.2.2"});
  next();
  EXPECT_EQ(plan.wakeAt(), start + 10ms);
}

TEST_F(ConnectPlanTest, WithRoomForOneEachHasItsShareOfTheTime) {
  plan = ConnectPlan(v4, start + 3s);
  answered(v4, {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  next();
  plan.haveRoomForOne(true, now);
  EXPECT_EQ(plan.wakeAt(), start + 1s);
  plan.haveRoomForOne(false, now);
  EXPECT_EQ(plan.wakeAt(), start + 250ms);
}

TEST_F(ConnectPlanTest, AnAttemptThatIsPutOffIsTheNextOne) {
  answered(v6, {"2001:db8::1"});
  answered(v4, {"192.0.2.1"});
  EXPECT_EQ(next(), "2001:db8::1");
  now = start + 250ms;
  EXPECT_EQ(next(), "192.0.2.1");
  plan.attemptPutOff(now);
  EXPECT_EQ(plan.tried(), 1u);
  EXPECT_EQ(next(), "-");
  now += 250ms;
  EXPECT_EQ(next(), "192.0.2.1");
}

TEST_F(ConnectPlanTest, AnAttemptThatIsGivenUpIsATimeoutAndHurriesNobody) {
  answered(v6, {"2001:db8::1", "2001:db8::2", "2001:db8::3"});
  lookupFailed(v4);
  next();
  now = start + 250ms;
  next();
  plan.attemptGivenUp({Reason::connection_timeout, Side::origin, 0, {}});
  EXPECT_EQ(plan.wakeAt(), start + 500ms);
}

TEST_F(ConnectPlanTest, IsExhaustedOnlyWhenNothingIsUnderWay) {
  EXPECT_FALSE(plan.exhausted());
  answered(v6, {});
  EXPECT_FALSE(plan.exhausted());
  answered(v4, {"192.0.2.1"});
  EXPECT_FALSE(plan.exhausted());
  next();
  EXPECT_FALSE(plan.exhausted());
  attemptFailed(Reason::connection_refused);
  EXPECT_TRUE(plan.exhausted());
}

TEST_F(ConnectPlanTest, TwoEmptyAnswersAreADnsError) {
  answered(v6, {});
  answered(v4, {});
  ASSERT_TRUE(plan.exhausted());
  EXPECT_EQ(plan.failure().reason, Reason::dns_error);
}

TEST_F(ConnectPlanTest, TheErrorThatGotFurthestWins) {
  constexpr std::array order{Reason::dns_error,
                             Reason::dns_timeout,
                             Reason::destination_ip_prohibited,
                             Reason::destination_ip_unroutable,
                             Reason::connection_timeout,
                             Reason::connection_refused,
                             Reason::proxy_internal_error,
                             Reason::proxy_loop_detected};
  for (std::size_t lesser = 0; lesser < order.size(); ++lesser) {
    for (std::size_t further = lesser + 1; further < order.size(); ++further) {
      for (const bool furtherFirst : {true, false}) {
        ConnectPlan each;
        each.lookupAnswered(v6, {}, now);
        each.note({order[furtherFirst ? further : lesser], Side::origin, 0, {}});
        each.note({order[furtherFirst ? lesser : further], Side::origin, 0, {}});
        each.lookupAnswered(v4, {}, now);
        EXPECT_EQ(each.failure().reason, order[further]);
      }
    }
  }
}

TEST_F(ConnectPlanTest, OfTwoAlikeTheLastErrorWins) {
  plan.note({Reason::connection_refused, Side::origin, 0, "first"});
  plan.note({Reason::connection_refused, Side::origin, 0, "last"});
  EXPECT_EQ(plan.failure().context, "last");
}

TEST_F(ConnectPlanTest, AtTheDeadlineALookupUnderWayIsADnsTimeout) {
  lookupFailed(v6);
  EXPECT_EQ(plan.failureAtDeadline().reason, Reason::dns_timeout);
}

TEST_F(ConnectPlanTest, AtTheDeadlineADenialSaysMoreThanALookupUnderWay) {
  plan.note({Reason::destination_ip_prohibited, Side::daemon, 0, {}});
  answered(v6, {});
  EXPECT_EQ(plan.failureAtDeadline().reason, Reason::destination_ip_prohibited);
}

TEST_F(ConnectPlanTest, AtTheDeadlineAnAttemptUnderWayIsAConnectionTimeout) {
  answered(v6, {"2001:db8::1", "2001:db8::2"});
  next();
  attemptFailed(Reason::connection_refused);
  next();
  EXPECT_EQ(plan.failureAtDeadline().reason, Reason::connection_timeout);
}

}  // namespace
}  // namespace megaphone::connect
