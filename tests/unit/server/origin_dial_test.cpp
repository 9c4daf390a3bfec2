#include "origin_dial.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace megaphone::server {
namespace {

using namespace std::chrono_literals;
using Awaited = OriginDialSink::Awaited;
using proxy::Prologue;
using Progress = Prologue::Progress;

const Endpoint kHop{IpAddress::v4({192, 0, 2, 1}), 80};

struct Silent final : uv::StreamSink {
  void onReadable() override {}
  void onWritable() override {}
};

// A loop's things, as a test wants them.
struct FakeSources final : OriginSources {
  std::optional<IdleOrigins::Taken> take(std::string_view key, proxy::Reuse, Owner, const Judge& judge) override {
    if (!kept || keptKey != key || !judge(kHop)) return std::nullopt;
    return IdleOrigins::Taken{std::move(*std::exchange(kept, std::nullopt)), {kHop, Duration::max(), bond, nullptr}};
  }
  void keep(std::string_view key, const IdleOrigins::Connection& connection, uv::Stream stream) override {
    kept = std::move(stream);
    keptKey = key;
    bond = connection.bond;
  }
  void forget(Owner) override { ++forgotten; }
  void letPass(const Waiting& waiting) override { passed.push_back(waiting.key + " " + waiting.endpoint.text()); }
  bool keeps() const override { return !draining; }
  Result<connect::JobId> connect(connect::Job asked, ConnectRequester& by) override {
    if (full) return Error{Reason::connection_limit_reached, Side::daemon, 0, "full"};
    jobs.push_back(asked.host + ":" + std::to_string(asked.port));
    requester = &by;
    return jobs.size();
  }
  void cancel(connect::JobId id) override { cancelled = id; }
  bool hasRoomFor(int) override { return true; }
  bool makeRoom() override { return room; }

  std::optional<uv::Stream> kept;
  std::string keptKey;
  proxy::Bond bond = proxy::Bond::none;
  int forgotten = 0;
  std::vector<std::string> passed;
  std::vector<std::string> jobs;
  ConnectRequester* requester = nullptr;
  connect::JobId cancelled = 0;
  bool draining = false;
  bool full = false;
  bool room = true;
};

// Asks for a way through and waits for "ok\n".
struct Handshake final : Prologue {
  Step feed(std::string_view bytes) override {
    if (!std::exchange(asked, true)) return {.say = "to x\n"};
    if (bytes.starts_with("ok\n")) return {.progress = Progress::done, .consumed = 3};
    if (bytes.find('\n') == std::string_view::npos) return {};
    return {.progress = Progress::failed, .error = {Reason::destination_unavailable, Side::origin, 0, "told so"}};
  }
  bool asked = false;
};

struct OriginDialTest : testing::Test, OriginDialSink {
  void onDialled(OriginDial::Outcome&& what) override {
    outcome = std::move(what);
    loop.stop();
  }
  Awaited awaited() const override { return awaits; }
  void onForgotten() override {
    ++forgotten;
    loop.stop();
  }

  OriginDial::Request request(proxy::Reuse reuse = proxy::Reuse::any) {
    return {.route = {"hop.example", 80, "hop.example:80", proxy::Route::Form::origin, prologue},
            .reuse = reuse,
            .rules = rules,
            .deadline = loop.now() + 300ms,
            .client = &client};
  }
  uv::Stream connected() {
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    far.reset(pair[1]);
    return {loop, UniqueFd(pair[0]), silent};
  }
  void succeed() {
    connect::Outcome out{sources.jobs.size(), connect::Connection(connected(), kHop, 0), 1ms, 2ms};
    sources.requester->onConnected(std::move(out));
  }
  void fail(int errnum, Reason reason) {
    connect::Outcome out{sources.jobs.size(), Error{reason, Side::origin, errnum, "connect"}};
    sources.requester->onConnected(std::move(out));
  }
  std::string heard() {
    char piece[64];
    const ssize_t got = ::read(far.get(), piece, sizeof piece);
    return {piece, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
  void say(std::string_view text) {
    ASSERT_EQ(::write(far.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  const OriginDial::Established& established() { return std::get<OriginDial::Established>(*outcome); }
  const Error& error() { return std::get<OriginDial::Failure>(*outcome).error; }
  void runFor(Duration time) {
    bool over = false;
    uv::Timer timer(loop, [&] {
      over = true;
      loop.stop();
    });
    timer.start(time);
    while (!over) loop.run();  // it may have been stopped already
  }
  static access::DestinationRulesPtr allowing() {
    config::Proxy proxy;
    proxy.allow_destinations = {{*IpNetwork::parse("192.0.2.0/24"), {}}};
    return std::make_shared<const access::DestinationRules>(proxy);
  }

  uv::Loop loop;
  Deadlines deadlines{loop};
  Silent silent;
  FakeSources sources;
  OriginDial dial{loop, deadlines, sources, *this};
  record::Client client = record::Client::at({});
  access::DestinationRulesPtr rules = allowing();
  std::function<std::unique_ptr<Prologue>()> prologue;
  UniqueFd far;
  std::optional<OriginDial::Outcome> outcome;
  Awaited awaits = Awaited::nothing;
  int forgotten = 0;
};

TEST_F(OriginDialTest, ConnectsToTheHopOfTheRoute) {
  EXPECT_FALSE(dial.dial(request()));
  EXPECT_EQ(sources.jobs, std::vector<std::string>{"hop.example:80"});
  succeed();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(established().peer, kHop);
  EXPECT_FALSE(established().kept);
  EXPECT_EQ(established().times.connect, 2ms);
}

TEST_F(OriginDialTest, AKeptConnectionOfTheRouteComesFirst) {
  sources.keep("hop.example:80", {.endpoint = kHop, .bond = proxy::Bond::session}, connected());
  outcome = dial.dial(request());
  ASSERT_TRUE(outcome);
  EXPECT_EQ(established().kept, proxy::Bond::session);
  EXPECT_TRUE(sources.jobs.empty());
}

TEST_F(OriginDialTest, AKeptConnectionOfAnotherRouteOrADeniedAddressIsLeft) {
  sources.keep("other:80", {.endpoint = kHop}, connected());
  EXPECT_FALSE(dial.dial(request()));
  dial.cancel();
  EXPECT_EQ(sources.cancelled, 1U);
  sources.keptKey = "hop.example:80";
  rules = std::make_shared<const access::DestinationRules>(config::Proxy{});
  EXPECT_FALSE(dial.dial(request()));
  EXPECT_TRUE(sources.kept);
}

TEST_F(OriginDialTest, ARefusalOfTheJobIsKnownAtOnce) {
  sources.full = true;
  outcome = dial.dial(request());
  ASSERT_TRUE(outcome);
  EXPECT_EQ(error().reason, Reason::connection_limit_reached);
}

TEST_F(OriginDialTest, AsksAgainWhereRoomWasMade) {
  EXPECT_FALSE(dial.dial(request()));
  for (int again = 0; again < 3; ++again) fail(EMFILE, Reason::connection_limit_reached);
  EXPECT_FALSE(outcome);
  EXPECT_EQ(sources.jobs.size(), 4U);
  fail(EMFILE, Reason::connection_limit_reached);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(error().errnum, EMFILE);
}

TEST_F(OriginDialTest, AsksAgainForNothingElse) {
  EXPECT_FALSE(dial.dial(request()));
  fail(ECONNREFUSED, Reason::connection_refused);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(sources.jobs.size(), 1U);
  outcome.reset();
  sources.room = false;
  EXPECT_FALSE(dial.dial(request()));
  fail(EMFILE, Reason::connection_limit_reached);
  EXPECT_TRUE(outcome);
}

TEST_F(OriginDialTest, APrologueStandsBetweenConnectedAndEstablished) {
  prologue = [] { return std::make_unique<Handshake>(); };
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  EXPECT_FALSE(outcome);
  EXPECT_EQ(heard(), "to x\n");
  say("ok\n220 hello");
  loop.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(established().early, "220 hello");
  EXPECT_EQ(established().peer, kHop);
}

TEST_F(OriginDialTest, APrologueMayFail) {
  prologue = [] { return std::make_unique<Handshake>(); };
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  say("no way\n");
  loop.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(error().context, "told so");
  EXPECT_EQ(heard(), "to x\n");
}

TEST_F(OriginDialTest, APeerThatGoesInItsPrologueHasFailed) {
  prologue = [] { return std::make_unique<Handshake>(); };
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  far.reset();
  loop.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(error().reason, Reason::connection_terminated);
}

TEST_F(OriginDialTest, APrologueHasTheDeadlineOfTheConnect) {
  prologue = [] { return std::make_unique<Handshake>(); };
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  loop.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(error().reason, Reason::connection_timeout);
}

TEST_F(OriginDialTest, IdleConnectionsGiveWayToWhoeverWaitsForANewOne) {
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  loop.run();  // until the outcome, which has come
  awaits = Awaited::first_answer;
  runFor(500ms);
  ASSERT_FALSE(sources.passed.empty());
  EXPECT_EQ(sources.passed.front(), "hop.example:80 192.0.2.1:80");
}

TEST_F(OriginDialTest, AKeptConnectionThatAcknowledgesNothingIsForgotten) {
  sources.keep("hop.example:80", {.endpoint = kHop}, connected());
  outcome = dial.dial(request());
  awaits = Awaited::repeatable;
  loop.run();
  EXPECT_EQ(forgotten, 1);
}

TEST_F(OriginDialTest, KeepsWhatIsQuietAndForgetsWhatIsBound) {
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  uv::Stream stream = std::move(std::get<OriginDial::Established>(*outcome).stream);
  EXPECT_TRUE(dial.keep(stream, {.endpoint = kHop, .bond = proxy::Bond::session}));
  EXPECT_EQ(sources.keptKey, "hop.example:80");
  dial.end();
  dial.end();
  EXPECT_EQ(sources.forgotten, 1);
}

TEST_F(OriginDialTest, KeepsNothingWhileTheDaemonStops) {
  EXPECT_FALSE(dial.dial(request()));
  succeed();
  uv::Stream stream = std::move(std::get<OriginDial::Established>(*outcome).stream);
  sources.draining = true;
  EXPECT_FALSE(dial.keep(stream, {.endpoint = kHop}));
  EXPECT_TRUE(stream);
}

}  // namespace
}  // namespace megaphone::server
