#include "splice_path.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>

#include <string>

namespace megaphone::server {
namespace {

using Stop = SplicePath::Stop;

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
    splice.copied(1 << 16, pool);
    splice.copied(1 << 16, pool);
    ASSERT_TRUE(splice.isOpen());
  }
};

TEST_F(SplicePathTest, OpensAfterLargeReadsInARow) {
  splice.copied(1 << 16, pool);
  splice.copied(100, pool);
  splice.copied(1 << 16, pool);
  EXPECT_FALSE(splice.isOpen());
  splice.copied(1 << 16, pool);
  EXPECT_TRUE(splice.isOpen());
}

TEST_F(SplicePathTest, StaysClosedWherePipesAreUsedUp) {
  PipePool none(0);
  for (int i = 0; i < 5; ++i) splice.copied(1 << 16, none);
  EXPECT_FALSE(splice.isOpen());
  const auto first = pool.take();
  const auto second = pool.take();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(pool.take(), nullptr);
}

TEST_F(SplicePathTest, MovesWhatIsThereAndSaysThatTheSourceIsEmpty) {
  open();
  from.send("hello");
  const auto run = splice.run(from.stream, to.stream, UINT64_MAX, pool);
  EXPECT_EQ(run.moved, 5U);
  EXPECT_EQ(run.stop, Stop::enough);
  EXPECT_EQ(to.receive(), "hello");
  const auto next = splice.run(from.stream, to.stream, UINT64_MAX, pool);
  EXPECT_EQ(next.moved, 0U);
  EXPECT_EQ(next.stop, Stop::source_empty);
}

TEST_F(SplicePathTest, MovesNoMoreThanItMay) {
  open();
  from.send("hello world");
  const auto run = splice.run(from.stream, to.stream, 5, pool);
  EXPECT_EQ(run.moved, 5U);
  EXPECT_EQ(run.stop, Stop::enough);
  EXPECT_EQ(to.receive(), "hello");
}

TEST_F(SplicePathTest, WhatAFullSinkDoesNotTakeWaitsAndGoesOnLater) {
  open();
  std::string sent;
  Stop stop = Stop::enough;
  while (stop != Stop::sink_full) {
    const std::string block(1 << 16, static_cast<char>('a' + sent.size() / 65536 % 26));
    from.send(block);
    sent += block;
    stop = splice.run(from.stream, to.stream, UINT64_MAX, pool).stop;
  }
  EXPECT_GT(splice.held(), 0U);
  std::string got = to.receive();
  while (got.size() < sent.size()) {
    const auto run = splice.run(from.stream, to.stream, UINT64_MAX, pool);
    ASSERT_GT(run.moved, 0U);
    got += to.receive();
  }
  EXPECT_EQ(got, sent);
  EXPECT_EQ(splice.held(), 0U);
}

TEST_F(SplicePathTest, TellsTheEndOfTheSourceAndTheDeathOfTheSink) {
  open();
  from.send("last");
  from.far.reset();
  EXPECT_EQ(splice.run(from.stream, to.stream, UINT64_MAX, pool).moved, 4U);
  EXPECT_EQ(to.receive(), "last");
  EXPECT_EQ(splice.run(from.stream, to.stream, UINT64_MAX, pool).stop, Stop::source_ended);
  Line other(loop, sink);
  other.send("nobody hears");
  to.far.reset();
  EXPECT_EQ(splice.run(other.stream, to.stream, UINT64_MAX, pool).stop, Stop::sink_failed);
}

TEST_F(SplicePathTest, IsLeftWhenLittleComesAndGivesItsPipeBack) {
  open();
  for (int i = 0; i < 20 && splice.isOpen(); ++i) {
    from.send("x");
    splice.run(from.stream, to.stream, UINT64_MAX, pool);
  }
  EXPECT_FALSE(splice.isOpen());
  const auto first = pool.take();
  const auto second = pool.take();
  EXPECT_TRUE(first && second);
}

TEST_F(SplicePathTest, APipeThatHoldsBytesServesNobodyElse) {
  open();
  while (splice.held() == 0) {
    from.send(std::string(1 << 16, 'x'));
    splice.run(from.stream, to.stream, UINT64_MAX, pool);
  }
  splice.close(pool);
  for (int i = 0; i < 2; ++i) {
    const auto pipe = pool.take();
    ASSERT_TRUE(pipe);
    EXPECT_EQ(pipe->held(), 0U);
  }
}

}  // namespace
}  // namespace megaphone::server
