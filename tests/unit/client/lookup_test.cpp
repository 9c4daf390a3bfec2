#include "lookup.h"

#include "loopback.h"

namespace megaphone::client {
namespace {

using Family = cli::ClientOptions::Family;
using std::chrono::seconds;

class LookingUp : public ::testing::Test {
 protected:
  std::variant<std::vector<Endpoint>, Outcome> find(const std::string& host, Family family) {
    desk.report.place = {Transport::tcp, host, "80", {}};
    return resolve(family, seconds(20), desk.console);
  }
  test::Desk desk;
};

TEST_F(LookingUp, NumericHostsResolveWithoutANameServer) {
  const auto found = find("127.0.0.1", Family::any);
  ASSERT_EQ(found.index(), 0u);
  EXPECT_EQ(std::get<0>(found), (std::vector<Endpoint>{{test::kLoopback, 80}}));
  EXPECT_GE(desk.report.resolve, Duration::zero());
}

TEST_F(LookingUp, ANumericHostOfTheOtherFamilyIsUnknown) {
  const auto found = find("127.0.0.1", Family::v6);
  ASSERT_EQ(found.index(), 1u);
  EXPECT_EQ(std::get<1>(found).code, ExitCode::host_unknown);
}

TEST_F(LookingUp, CtrlCEndsIt) {
  const test::Pair signal = test::pipePair();
  ASSERT_EQ(::write(signal.there.get(), "x", 1), 1);
  desk.waiter = Waiter(signal.here.get());
  const auto found = find("a.name.that.is.invalid", Family::any);
  ASSERT_EQ(found.index(), 1u);
  EXPECT_EQ(std::get<1>(found).code, ExitCode::interrupted);
}

}  // namespace
}  // namespace megaphone::client
