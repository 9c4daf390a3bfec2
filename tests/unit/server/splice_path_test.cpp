#include "splice_path.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>

#include <string>

namespace megaphone::server {
namespace {

using Status = uv::Stream::Status;

constexpr std::size_t kLarge = std::size_t{64} * 1024;

struct Silent final : uv::StreamSink {
  void onReadable() override {}
  void onWritable() override {}
};

// A stream on the loop, and its far end in hand.
struct Line {
  UniqueFd far;
  uv::Stream stream;

  Line(uv::Loop& loop, Silent& sink) {
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    far.reset(pair[1]);
    stream = uv::Stream(loop, UniqueFd(pair[0]), sink);
  }
  void send(const std::string& text) {
    EXPECT_EQ(::write(far.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string receive() {
    std::string all;
    char piece[65536];
    for (ssize_t got; (got = ::read(far.get(), piece, sizeof piece)) > 0;)
      all.append(piece, static_cast<std::size_t>(got));
    return all;
  }
};

struct SplicePathTest : testing::Test {
  uv::Loop loop;
  Silent sink;
  Line from{loop, sink};
  Line to{loop, sink};
  PipePool pool{2};
  SplicePath splice;

  SplicePathTest() { ::signal(SIGPIPE, SIG_IGN); }
  void open() {
    for (int i = 0; i < 2; ++i) splice.copied(kLarge, pool);
    ASSERT_TRUE(splice.isOpen());
  }
  Status take(std::uint64_t most = UINT64_MAX) { return splice.take(from.stream, most, pool).status; }
  std::size_t give() { return splice.give(to.stream, pool).size; }
  // Sends until the sink is full, and returns what was sent.
  std::string fill() {
    std::string sent;
    while (splice.held() == 0) {
      const std::string block(kLarge, static_cast<char>('a' + sent.size() / kLarge % 26));
      from.send(block);
      sent += block;
      EXPECT_EQ(take(), Status::ok);
      give();
    }
    return sent;
  }
};

TEST_F(SplicePathTest, OpensWhenLargeReadsOutnumberSmallOnes) {
  for (const std::size_t size : {kLarge, std::size_t{100}, std::size_t{100}, kLarge}) splice.copied(size, pool);
  EXPECT_FALSE(splice.isOpen());
  splice.copied(kLarge, pool);
  EXPECT_TRUE(splice.isOpen());
}

TEST_F(SplicePathTest, StaysClosedWherePipesAreUsedUp) {
  PipePool none(0);
  for (int i = 0; i < 5; ++i) splice.copied(kLarge, none);
  EXPECT_FALSE(splice.isOpen());
  const auto first = pool.take();
  const auto second = pool.take();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(pool.take(), nullptr);
}

TEST_F(SplicePathTest, MovesWhatIsThereAndSaysThatTheSourceIsEmpty) {
  open();
  from.send("hello");
  EXPECT_EQ(take(), Status::ok);
  EXPECT_EQ(splice.held(), 5U);
  EXPECT_EQ(give(), 5U);
  EXPECT_EQ(to.receive(), "hello");
  EXPECT_EQ(take(), Status::blocked);
}

TEST_F(SplicePathTest, MovesNoMoreThanItMay) {
  open();
  from.send("hello world");
  EXPECT_EQ(take(5), Status::ok);
  EXPECT_EQ(give(), 5U);
  EXPECT_EQ(to.receive(), "hello");
}

TEST_F(SplicePathTest, WhatAFullSinkDoesNotTakeWaitsAndGoesOnLater) {
  open();
  const std::string sent = fill();
  std::string got = to.receive();
  while (splice.held() > 0) {
    ASSERT_GT(give(), 0U);
    got += to.receive();
  }
  EXPECT_EQ(got, sent);
}

TEST_F(SplicePathTest, TellsTheEndOfTheSourceAndTheDeathOfTheSink) {
  open();
  from.send("last");
  from.far.reset();
  EXPECT_EQ(take(), Status::ok);
  EXPECT_EQ(give(), 4U);
  EXPECT_EQ(to.receive(), "last");
  EXPECT_EQ(take(), Status::ended);
  Line other(loop, sink);
  other.send("nobody hears");
  to.far.reset();
  EXPECT_EQ(splice.take(other.stream, UINT64_MAX, pool).status, Status::ok);
  EXPECT_EQ(splice.give(to.stream, pool).status, Status::failed);
}

TEST_F(SplicePathTest, IsLeftWhenLittleComesAndGivesItsPipeBack) {
  open();
  for (int i = 0; i < 20 && splice.isOpen(); ++i) {
    from.send("x");
    take();
    give();
  }
  EXPECT_FALSE(splice.isOpen());
  const auto first = pool.take();
  const auto second = pool.take();
  EXPECT_TRUE(first && second);
}

TEST_F(SplicePathTest, StaysOpenWhileLargeAndSmallReadsAlternate) {
  open();
  for (int i = 0; i < 40; ++i) {
    from.send(std::string(i % 2 == 0 ? kLarge : 1, 'x'));
    ASSERT_EQ(take(), Status::ok);
    give();
    to.receive();
    ASSERT_TRUE(splice.isOpen()) << i;
  }
}

TEST_F(SplicePathTest, ClosesBehindTheBytesThatItHoldsWhenItIsLeft) {
  open();
  const std::string sent = fill();
  splice.leave(pool);
  EXPECT_TRUE(splice.isOpen());
  std::string got = to.receive();
  while (splice.isOpen()) {
    give();
    got += to.receive();
  }
  EXPECT_EQ(got, sent);
}

TEST_F(SplicePathTest, APipeThatHoldsBytesServesNobodyElse) {
  open();
  fill();
  splice.close(pool);
  for (int i = 0; i < 2; ++i) {
    const auto pipe = pool.take();
    ASSERT_TRUE(pipe);
    EXPECT_EQ(pipe->held(), 0U);
  }
}

}  // namespace
}  // namespace megaphone::server
