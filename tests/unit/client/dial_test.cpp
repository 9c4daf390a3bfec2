#include "dial.h"

#include "loopback.h"

namespace megaphone::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Dialling : public ::testing::Test {
 protected:
  std::variant<UniqueFd, Outcome> dial(const std::vector<Endpoint>& endpoints, Duration timeout = seconds(10)) {
    return connectTcp(endpoints, timeout, desk.console);
  }
  void SetUp() override { desk.report.place = {Transport::tcp, "server", "1", {}}; }
  test::Desk desk;
  // Bound but not listening: refused, and nobody else can take the port meanwhile.
  UniqueFd mute = test::bound(SOCK_STREAM);
  Endpoint refusing = *Endpoint::local(mute.get());
};

TEST_F(Dialling, ARefusedPortIsReportedWithItsAddress) {
  const auto result = dial({refusing});
  ASSERT_EQ(result.index(), 1u);
  EXPECT_EQ(std::get<1>(result).code, ExitCode::unreachable);
  EXPECT_NE(std::get<1>(result).cause.find(refusing.text()), std::string::npos);
}

TEST_F(Dialling, TheNextAddressIsTriedAfterARefusal) {
  const test::TcpServer server([](int) {});
  const auto result = dial({refusing, server.endpoint()});
  ASSERT_EQ(result.index(), 0u);
  EXPECT_EQ(desk.report.place.address, server.endpoint().text());
}

TEST_F(Dialling, AServerThatNeverAcceptsTimesOut) {
  ASSERT_EQ(::listen(mute.get(), 0), 0);
  std::vector<UniqueFd> crowd;  // fills the queue, so that the kernel drops what comes after
  for (int i = 0; i < 3; ++i) {
    sockaddr_storage address{};
    const socklen_t length = refusing.toSockaddr(address);
    crowd.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(crowd.back().get(), reinterpret_cast<const sockaddr*>(&address), length);
  }
  const auto result = dial({refusing}, milliseconds(20));
  ASSERT_EQ(result.index(), 1u);
  EXPECT_EQ(std::get<1>(result).code, ExitCode::timeout);
}

TEST_F(Dialling, CtrlCEndsTheWaiting) {
  ASSERT_EQ(::listen(mute.get(), 8), 0);
  const test::Pair signal = test::pipePair();
  ASSERT_EQ(::write(signal.there.get(), "x", 1), 1);
  const Waiter waiter(signal.here.get());
  pollfd listener{mute.get(), POLLIN, 0};
  const Stop stop = waiter.wait({&listener}, {});
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->code, ExitCode::interrupted);
}

}  // namespace
}  // namespace megaphone::client
