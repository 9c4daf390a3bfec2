#include "leg.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

namespace megaphone::server {
namespace {

constexpr std::size_t kLarge = std::size_t{64} * 1024;

// The far end of a leg: the peer.
struct Peer {
  UniqueFd fd;

  void send(const std::string& text) {
    ASSERT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string receive() {
    std::string all;
    std::vector<char> piece(kLarge);
    for (ssize_t got; (got = ::read(fd.get(), piece.data(), piece.size())) > 0;)
      all.append(piece.data(), static_cast<std::size_t>(got));
    return all;
  }
};

struct Witness final : uv::StreamWitness {
  explicit Witness(std::string& s) : seen(s) {}
  void onRead(std::string_view bytes) override { seen += bytes; }
  void onWritten(std::span<const iovec>, std::size_t) override {}
  void onHappening(Happening) override {}
  std::string& seen;
};

// A session of two legs that copies from each to the other, and keeps what it was told.
struct Session final : LegSink {
  explicit Session(LoopBuffers& buffers) : a(*this, buffers), b(*this, buffers) { Leg::join(a, b); }

  std::string nameOf(const Leg& leg) const { return &leg == &a ? "a" : "b"; }
  Leg& other(const Leg& leg) { return &leg == &a ? b : a; }
  void onRead(Leg& leg, std::span<char> bytes) override {
    read += bytes.size();
    if (!other(leg).write({bytes.data(), bytes.size()})) log.push_back(nameOf(other(leg)) + " takes nothing");
  }
  void onEnded(Leg& leg) override { log.push_back(nameOf(leg) + " ended"); }
  void onBroken(Leg& leg, int) override { log.push_back(nameOf(leg) + " broken"); }
  void onReset(Leg& leg) override { log.push_back(nameOf(leg) + " reset"); }
  void onTaken(Leg& leg) override { log.push_back(nameOf(leg) + (leg.isFull() ? " took some" : " took all")); }
  void onDeaf(Leg& leg) override { log.push_back(nameOf(leg) + " deaf"); }
  void settle() override { ++settled; }
  std::uint64_t movable(const Leg& from) const override { return &from == &a ? left : 0; }
  void onMoved(Leg&, std::uint64_t size) override {
    moved += size;
    left -= size;
  }
  bool wantsCapture() const override { return captured; }
  void capture(Leg& leg) override { leg.stream().watch(std::make_unique<Witness>(seen)); }

  Leg a;
  Leg b;
  std::vector<std::string> log;
  std::string seen;
  std::uint64_t read = 0;
  std::uint64_t moved = 0;
  std::uint64_t left = 0;  // of what may be moved from a
  int settled = 0;
  bool captured = false;
};

struct Bucket final : Allowance {
  explicit Bucket(std::uint64_t size) : rest(size) {}
  std::uint64_t left(Leg&) override { return rest; }
  void use(std::uint64_t size) override {
    EXPECT_LE(size, rest);
    rest -= size;
  }
  void forget(Leg&) override { ++forgotten; }
  std::uint64_t rest;
  int forgotten = 0;
};

struct LegTest : testing::Test {
  uv::Loop loop;
  LoopBuffers buffers{4};
  Session session{buffers};
  Peer peerA = open(session.a);
  Peer peerB = open(session.b);

  LegTest() { ::signal(SIGPIPE, SIG_IGN); }
  Peer open(Leg& leg) {
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    leg.open(uv::Stream(loop, UniqueFd(pair[0])));
    return {UniqueFd(pair[1])};
  }
  // Runs a few rounds: all that has arrived is served.
  void rounds(int count = 3) {
    for (int i = 0; i < count; ++i) {
      loop.stop();
      loop.run();
    }
  }
  void read(Leg& leg) {
    leg.hold(false);
    rounds();
  }
  // Sends to a until b has more than its peer's socket takes; returns what was sent.
  std::string fill() {
    std::string sent;
    for (int i = 0; i < 200 && !session.b.isFull(); ++i) {
      const std::string block(kLarge, static_cast<char>('a' + i % 26));
      peerA.send(block);
      sent += block;
      rounds(1);
    }
    EXPECT_TRUE(session.b.isFull());
    return sent;
  }
  std::string drain(std::size_t size) {
    std::string got;
    for (int i = 0; i < 1000 && got.size() < size; ++i) {
      got += peerB.receive();
      rounds(1);
    }
    return got;
  }
};

TEST_F(LegTest, IsHeldUntilTheSessionWantsItsBytes) {
  peerA.send("hello");
  rounds();
  EXPECT_EQ(session.read, 0U);
  read(session.a);
  EXPECT_EQ(peerB.receive(), "hello");
  EXPECT_GT(session.settled, 0);
}

TEST_F(LegTest, IsNotReadWhileBytesWaitForTheOther) {
  read(session.a);
  const std::string sent = fill();
  const auto before = session.read;
  peerA.send("more");
  rounds();
  EXPECT_EQ(session.read, before);
  EXPECT_EQ(drain(sent.size() + 4), sent + "more");
  EXPECT_EQ(session.log.back(), "b took all");
}

TEST_F(LegTest, IsReadOnlyWhenNoReasonToPauseIsLeft) {
  session.a.pause(Leg::Pause::allowance);
  peerA.send("x");
  read(session.a);
  EXPECT_EQ(session.read, 0U);
  session.a.hold(true);
  session.a.resume(Leg::Pause::allowance);
  rounds();
  EXPECT_EQ(session.read, 0U);
  read(session.a);
  EXPECT_EQ(session.read, 1U);
}

TEST_F(LegTest, CopiesNoMoreThanItsAllowance) {
  Bucket bucket(7);
  session.a.limit(&bucket);
  peerA.send("hello world");
  read(session.a);
  EXPECT_EQ(peerB.receive(), "hello w");
  bucket.rest = 100;
  session.a.resume(Leg::Pause::allowance);
  rounds();
  EXPECT_EQ(peerB.receive(), "orld");
  session.a.limit(nullptr);
  EXPECT_EQ(bucket.forgotten, 1);
}

TEST_F(LegTest, MovesNoMoreThanItsAllowance) {
  session.left = UINT64_MAX;
  Bucket bucket(3 * kLarge);
  session.a.limit(&bucket);
  session.a.hold(false);
  std::size_t got = 0;
  for (int i = 0; i < 5; ++i) {
    peerA.send(std::string(kLarge, 'x'));
    rounds();
    got += peerB.receive().size();
  }
  EXPECT_EQ(got, 3 * kLarge);
  EXPECT_GT(session.moved, 0U);
  bucket.rest = UINT64_MAX;
  session.a.resume(Leg::Pause::allowance);
  rounds();
  EXPECT_EQ(drain(2 * kLarge).size(), 2 * kLarge);
  session.a.limit(nullptr);
}

TEST_F(LegTest, MovesBulkUnreadAndStopsWhereTheSessionWantsToSeeIt) {
  session.left = kLarge * 5 / 2 + SplicePath::kWorthIt;
  const std::uint64_t all = session.left;
  session.a.hold(false);
  std::string got;
  for (std::size_t i = 0; i < 8; ++i) {
    peerA.send(std::string(kLarge, static_cast<char>('a' + i)));
    rounds(1);
    got += peerB.receive();
  }
  rounds();
  got += peerB.receive();
  EXPECT_EQ(got.size(), 8 * kLarge);
  EXPECT_GT(session.moved, 0U);
  EXPECT_LE(session.moved, all);
  EXPECT_EQ(session.read + session.moved, 8 * kLarge);
}

TEST_F(LegTest, CopiesForAWitness) {
  session.left = UINT64_MAX;
  session.captured = true;
  session.a.captureChanged();
  session.a.hold(false);
  for (int i = 0; i < 5; ++i) {
    peerA.send(std::string(kLarge, 'x'));
    rounds();
    peerB.receive();
  }
  EXPECT_EQ(session.moved, 0U);
  EXPECT_EQ(session.seen.size(), 5 * kLarge);
}

TEST_F(LegTest, ACaptureBeginsBehindTheBytesInThePipe) {
  session.left = UINT64_MAX;
  session.a.hold(false);
  const std::string sent = fill();
  ASSERT_GT(session.moved, 0U);
  session.captured = true;
  session.a.captureChanged();
  EXPECT_FALSE(session.a.stream().witness());
  EXPECT_EQ(drain(sent.size()).size(), sent.size());
  peerA.send("seen");
  rounds();
  EXPECT_TRUE(session.a.stream().witness());
  EXPECT_TRUE(session.b.stream().witness());
  EXPECT_EQ(session.seen, "seen");
  session.captured = false;
  session.b.captureChanged();
  EXPECT_FALSE(session.a.stream().witness());
}

TEST_F(LegTest, TellsTheEndOnce) {
  peerA.send("last");
  ::shutdown(peerA.fd.get(), SHUT_WR);
  read(session.a);
  rounds();
  EXPECT_EQ(peerB.receive(), "last");
  EXPECT_EQ(session.log, std::vector<std::string>{"a ended"});
  EXPECT_TRUE(session.a.hasEnded());
}

TEST_F(LegTest, TellsThatItsPeerTakesNothingMore) {
  peerB.fd.reset();
  peerA.send("nobody hears");
  read(session.a);
  EXPECT_EQ(session.log, std::vector<std::string>{"b takes nothing"});
  EXPECT_TRUE(session.b.isDeaf());
  EXPECT_FALSE(session.b.isFull());
}

TEST_F(LegTest, DropsWhatWaitsWhenItsPeerIsGone) {
  read(session.a);
  fill();
  peerB.fd.reset();
  rounds();
  EXPECT_EQ(session.log, (std::vector<std::string>{"b deaf", "b reset"}));
  EXPECT_FALSE(session.b.isFull());
  const auto before = session.read;
  peerA.send("read on");
  rounds();
  EXPECT_GT(session.read, before);
}

TEST_F(LegTest, TakesWhatWaitsAlongWhenItIsMoved) {
  for (const bool spliced : {false, true}) {
    SCOPED_TRACE(spliced);
    Session first(buffers);
    peerA = open(first.a);
    peerB = open(first.b);
    first.left = spliced ? UINT64_MAX : 0;
    first.a.hold(false);
    std::string sent;
    while (!first.b.isFull()) {
      peerA.send(std::string(kLarge, 'x'));
      sent += std::string(kLarge, 'x');
      rounds(1);
    }
    EXPECT_EQ(first.moved > 0, spliced);
    Leg later(session, std::move(first.b));
    EXPECT_FALSE(first.b);
    EXPECT_TRUE(later.isFull());
    EXPECT_EQ(drain(sent.size()), sent);
    EXPECT_FALSE(later.isFull());
  }
}

TEST_F(LegTest, KnowsWhetherItsPeerTakesSomething) {
  read(session.a);
  fill();
  EXPECT_TRUE(session.b.peerTook());  // they wait for the first time
  EXPECT_FALSE(session.b.peerTook());
  EXPECT_FALSE(session.b.peerTookAll());
  std::vector<char> some(kLarge);
  ASSERT_GT(::read(peerB.fd.get(), some.data(), some.size()), 0);
  EXPECT_TRUE(session.b.peerTook());
  drain(SIZE_MAX);
  session.b.peerTook();
  EXPECT_TRUE(session.b.peerTookAll());
}

TEST_F(LegTest, MayBeOpenedAgain) {
  read(session.a);
  fill();
  session.b.close();
  EXPECT_FALSE(session.b);
  EXPECT_FALSE(session.b.isFull());
  peerB = open(session.b);
  peerA.send("again");
  rounds();
  EXPECT_TRUE(peerB.receive().ends_with("again"));
}

TEST_F(LegTest, GivesATurnInALaterRound) {
  session.a.askForTurn();
  EXPECT_EQ(session.settled, 0);
  rounds();
  EXPECT_EQ(session.settled, 1);
}

// Answers each byte with itself.
struct Echo final : LegSink {
  explicit Echo(LoopBuffers& buffers) : leg(*this, buffers) { Leg::join(leg, leg); }
  void onRead(Leg&, std::span<char> bytes) override {
    read += bytes.size();
    leg.write({bytes.data(), bytes.size()});
  }
  void onEnded(Leg&) override {}
  void onBroken(Leg&, int) override {}
  void onTaken(Leg&) override {}
  void onDeaf(Leg&) override {}
  void settle() override {}
  Leg leg;
  std::size_t read = 0;
};

TEST_F(LegTest, JoinedToItselfIsNotReadWhileItsAnswerWaits) {
  Echo echo(buffers);
  Peer peer = open(echo.leg);
  echo.leg.hold(false);
  std::size_t sent = 0;
  for (; !echo.leg.isFull(); sent += kLarge) {
    peer.send(std::string(kLarge, 'x'));
    rounds(1);
  }
  peer.send("y");
  rounds();
  EXPECT_EQ(echo.read, sent);
  std::size_t got = 0;
  for (int i = 0; i < 1000 && got < sent + 1; ++i) {
    got += peer.receive().size();
    rounds(1);
  }
  EXPECT_EQ(got, sent + 1);
}

}  // namespace
}  // namespace megaphone::server
