#include "arrivals.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace megaphone::server {
namespace {

using namespace std::chrono_literals;
using proxy::ArrivalStage;
using Progress = ArrivalStage::Progress;

// Reads one line, which names the client's user, and greets.
struct Line final : ArrivalStage {
  Step feed(std::string_view bytes, record::Client& client) override {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return {};
    client.identify(std::string(bytes.substr(0, end)));
    greeting = "hello " + std::string(client.identity());
    return {Progress::done, end + 1, greeting, {}};
  }
  std::string greeting;
};

struct Refuser final : ArrivalStage {
  Step feed(std::string_view bytes, record::Client&) override {
    if (bytes.empty()) return {};
    return {Progress::refused, 0, "no", {Reason::http_request_denied, Side::daemon, 0, "not you"}};
  }
};

// Takes every byte, and is never done.
struct Glutton final : ArrivalStage {
  Step feed(std::string_view bytes, record::Client&) override { return {Progress::needs_more, bytes.size(), {}, {}}; }
};

template <class... Stage>
proxy::ArrivalStages stages() {
  proxy::ArrivalStages out;
  (out.push_back(std::make_unique<Stage>()), ...);
  return out;
}

struct ArrivalsTest : testing::Test, ArrivalSink {
  void onArrived(UniqueFd fd, record::Client client, std::string_view bytes) override {
    arrived = std::move(client);
    session = std::move(fd);
    early = bytes;
    loop.stop();
  }
  void onTurnedAway(const record::Client&, const Error& error) override {
    turnedAway = error;
    loop.stop();
  }
  void begin(proxy::ArrivalStages through) {
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    far.reset(pair[1]);
    arrivals.begin(UniqueFd(pair[0]), record::Client::at({IpAddress::v4({192, 0, 2, 7}), 4711}), std::move(through));
  }
  void send(std::string_view text) {
    ASSERT_EQ(::write(far.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // What the client has got; nothing: its connection is closed.
  std::optional<std::string> heard() {
    char piece[64];
    const ssize_t got = ::read(far.get(), piece, sizeof piece);
    if (got == 0) return std::nullopt;
    return std::string(piece, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }

  uv::Loop loop;
  Deadlines deadlines{loop};
  Arrivals arrivals{loop, deadlines, {.bytes = 16, .time = 200ms, .connections = 1}, *this};
  UniqueFd far;
  UniqueFd session;
  std::optional<record::Client> arrived;
  std::string early;
  std::optional<Error> turnedAway;
};

TEST_F(ArrivalsTest, WhoeverHasNoStageArrivesAtOnce) {
  begin({});
  ASSERT_TRUE(arrived);
  EXPECT_TRUE(session);
  EXPECT_EQ(early, "");
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST_F(ArrivalsTest, AStageLearnsOfTheClientAndTheRestIsTheSessions) {
  begin(stages<Line>());
  EXPECT_FALSE(arrived);
  send("anna\nGET");
  loop.run();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->identity(), "anna");
  EXPECT_EQ(early, "GET");
  EXPECT_EQ(heard(), "hello anna");
  ASSERT_EQ(::write(session.get(), "!", 1), 1);
  EXPECT_EQ(heard(), "!");
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST_F(ArrivalsTest, StagesFollowEachOtherOverOneRead) {
  begin(stages<Line, Line>());
  send("a\nb\nc");
  loop.run();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->identity(), "b");
  EXPECT_EQ(early, "c");
}

TEST_F(ArrivalsTest, ALineMayComeInPieces) {
  begin(stages<Line>());
  send("an");
  uv::Timer later(loop, [&] { send("na\n"); });
  later.start(20ms);
  loop.run();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->identity(), "anna");
}

TEST_F(ArrivalsTest, ARefusalIsSaidAndCloses) {
  begin(stages<Refuser>());
  send("x");
  loop.run();
  ASSERT_TRUE(turnedAway);
  EXPECT_EQ(turnedAway->reason, Reason::http_request_denied);
  EXPECT_EQ(heard(), "no");
}

TEST_F(ArrivalsTest, WhoeverNeverCompletesIsTurnedAwayAtTheDeadline) {
  begin(stages<Line>());
  send("anna");
  loop.run();
  ASSERT_TRUE(turnedAway);
  EXPECT_EQ(turnedAway->reason, Reason::request_head_timeout);
  EXPECT_EQ(heard(), std::nullopt);
}

TEST_F(ArrivalsTest, BytesAreBoundWhetherOrNotTheyAreConsumed) {
  begin(stages<Line>());
  send("much more than sixteen");
  loop.run();
  ASSERT_TRUE(turnedAway);
  EXPECT_EQ(turnedAway->reason, Reason::http_request_error);
  turnedAway.reset();
  begin(stages<Glutton>());
  send("much more than sixteen");
  loop.run();
  EXPECT_TRUE(turnedAway);
}

TEST_F(ArrivalsTest, AClientThatGoesIsNoArrival) {
  begin(stages<Line>());
  send("an");
  far.reset();
  loop.run();
  ASSERT_TRUE(turnedAway);
  EXPECT_EQ(turnedAway->reason, Reason::client_closed);
  EXPECT_FALSE(arrived);
}

TEST_F(ArrivalsTest, ConnectionsAreBound) {
  begin(stages<Line>());
  const UniqueFd first = std::move(far);
  begin(stages<Line>());
  ASSERT_TRUE(turnedAway);
  EXPECT_EQ(turnedAway->reason, Reason::connection_limit_reached);
  EXPECT_EQ(heard(), std::nullopt);
  EXPECT_EQ(arrivals.size(), 1U);
}

}  // namespace
}  // namespace megaphone::server
