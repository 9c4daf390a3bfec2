#include "megaphone/uv/stream.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "megaphone/base/endpoint.h"
#include "megaphone/uv/handles.h"
#include "megaphone/uv/listener.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::uv {
namespace {

using namespace std::chrono_literals;

struct Sink final : StreamSink {
  std::function<void()> readable = [] {};
  std::function<void()> writable = [] {};
  std::function<void()> reset = [] {};
  std::function<void()> turn = [] {};
  void onReadable() override { readable(); }
  void onWritable() override { writable(); }
  void onReset() override { reset(); }
  void onTurn() override { turn(); }
};

struct StreamTest : testing::Test {
  Loop loop;
  Sink sink;
  UniqueFd far;
  Stream stream;

  StreamTest() {
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    far.reset(pair[1]);
    stream = Stream(loop, UniqueFd(pair[0]), sink);
  }
  void send(std::string_view text) {
    ASSERT_EQ(::write(far.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
};

TEST_F(StreamTest, ReadsWhatComesUntilTheEnd) {
  std::string got;
  sink.readable = [&] {
    char c[4];
    const auto outcome = stream.read(c);
    if (outcome.status == Stream::Status::ok) got.append(c, outcome.size);
    if (outcome.status == Stream::Status::ended) loop.stop();
  };
  stream.resumeReading();
  send("hello world");
  far.reset();
  loop.run();
  EXPECT_EQ(got, "hello world");
}

TEST_F(StreamTest, AskingForTurnsHoldsUpNobodyWhoHasJustHeardOfSomething) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
  const UniqueFd otherFar(pair[1]);
  Sink other;
  Stream second(loop, UniqueFd(pair[0]), other);
  second.resumeReading();
  int turns = 0;
  sink.turn = [&] {
    if (++turns == 3) {
      ASSERT_EQ(::write(otherFar.get(), "x", 1), 1);
    }
    if (turns < 1000) stream.askForTurn();
  };
  other.readable = [&] {
    EXPECT_LE(turns, 4);
    loop.stop();
  };
  stream.askForTurn();
  loop.run();
}

TEST_F(StreamTest, ATurnComesAlthoughReadingIsPausedAndNotToASinkThatIsGone) {
  sink.turn = [&] { loop.stop(); };
  stream.askForTurn();
  stream.pauseReading();
  loop.run();

  sink.turn = [] { FAIL(); };
  stream.askForTurn();
  stream.clearSink();
  Timer end(loop, [&] { loop.stop(); });
  end.start(1ms);
  loop.run();
}

TEST_F(StreamTest, WhatArrivesDuringAPauseOfTheProcessComesBeforeTimers) {
  Timer timer(loop, [&] {
    ADD_FAILURE() << "the timer was sooner";
    loop.stop();
  });
  timer.start(100ms);
  int reads = 0;
  sink.readable = [&] {
    char c[64];
    stream.read(c);
    if (++reads == 2) {
      timer.stop();
      return loop.stop();
    }
    std::this_thread::sleep_for(700ms);  // the pause: longer than any sleep is late
    send("b");
  };
  stream.resumeReading();
  send("a");
  loop.run();
  EXPECT_EQ(reads, 2);
}

TEST_F(StreamTest, TheEndBehindAShortReadIsNotMissed) {
  std::string got;
  send("abc");
  far.reset();  // both are there before the first look
  sink.readable = [&] {
    char c[64];
    const auto outcome = stream.read(c);
    if (outcome.status == Stream::Status::ok) got.append(c, outcome.size);
    if (outcome.status == Stream::Status::ended) loop.stop();
  };
  stream.resumeReading();
  loop.run();
  EXPECT_EQ(got, "abc");
}

TEST_F(StreamTest, APausedStreamIsSilentAndGoesOnWhereItWas) {
  int calls = 0;
  Timer resume(loop, [&] {
    EXPECT_EQ(calls, 1);
    stream.resumeReading();
  });
  sink.readable = [&] {
    char c[2];
    const auto outcome = stream.read(c);
    if (++calls == 1) {
      EXPECT_EQ(outcome.size, 2u);
      stream.pauseReading();
      resume.start(2ms);
    } else if (calls == 2) {
      EXPECT_EQ(std::string_view(c, outcome.size), "cd");
      loop.stop();
    }
  };
  stream.resumeReading();
  send("abcd");
  loop.run();
}

// Whether that thread of ours sleeps.
bool sleeps(int thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string text;
  std::getline(file, text);
  return text.find(") S ") != std::string::npos;
}

long sleepsSoFar() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

TEST_F(StreamTest, WhatArrivesWhileNobodyReadsLetsTheLoopSleep) {
  constexpr long kPieces = 100;
  const int self = ::gettid();
  Mailbox<int> done(loop, [this](int) { loop.stop(); });
  std::thread peer([&] {
    for (long i = 0; i < kPieces; ++i) {
      while (!sleeps(self)) std::this_thread::yield();
      send("x");
    }
    done.post(0);
  });
  const long before = sleepsSoFar();
  loop.run();
  EXPECT_LT(sleepsSoFar() - before, kPieces / 2);
  peer.join();
}

TEST_F(StreamTest, AWriteCutShortIsFollowedByOneWritable) {
  const std::string much(1 << 20, 'x');
  int writable = 0;
  const iovec piece{const_cast<char*>(much.data()), much.size()};
  const auto outcome = stream.write({&piece, 1});
  ASSERT_EQ(outcome.status, Stream::Status::ok);
  ASSERT_LT(outcome.size, much.size());
  EXPECT_EQ(stream.write({&piece, 1}).status, Stream::Status::blocked);
  Timer drain(loop, [&] {
    EXPECT_EQ(writable, 0);
    std::string sink_(1 << 20, ' ');
    while (::read(far.get(), sink_.data(), sink_.size()) > 0) {
    }
  });
  sink.writable = [&] {
    ++writable;
    loop.stop();
  };
  drain.start(2ms);
  loop.run();
  EXPECT_EQ(writable, 1);
}

TEST_F(StreamTest, TheSinkMayDestroyTheStreamWhileItIsTold) {
  sink.readable = [&] {
    stream.close();
    loop.stop();
  };
  sink.writable = [] { FAIL(); };
  stream.resumeReading();
  stream.awaitWritable();
  send("x");
  loop.run();
  EXPECT_FALSE(stream);
}

TEST_F(StreamTest, AReleasedDescriptorIsWhole) {
  send("x");
  UniqueFd fd = stream.release();
  EXPECT_FALSE(stream);
  char c;
  EXPECT_EQ(::read(fd.get(), &c, 1), 1);
}

struct Accepting final : ListenerSink {
  std::function<void(UniqueFd, const Endpoint&)> accepted;
  void onAccept(UniqueFd fd, const Endpoint& peer) override { accepted(std::move(fd), peer); }
  void onAcceptFailed(int) override { FAIL(); }
};

struct ListenerTest : testing::Test {
  Loop loop;
  Accepting sink;
  UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  Endpoint address;

  ListenerTest() {
    sockaddr_storage storage;
    const socklen_t length = Endpoint::parse("127.0.0.1:0")->toSockaddr(storage);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    EXPECT_EQ(::listen(socket.get(), 16), 0);
    address = *Endpoint::local(socket.get());
  }
  UniqueFd connect() {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_storage storage;
    const socklen_t length = address.toSockaddr(storage);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    return fd;
  }
};

TEST_F(ListenerTest, AcceptsAllThatWaitAndSaysFromWhere) {
  UniqueFd a = connect();
  UniqueFd b = connect();
  std::vector<Endpoint> peers;
  sink.accepted = [&](UniqueFd, const Endpoint& peer) {
    peers.push_back(peer);
    if (peers.size() == 2) loop.stop();
  };
  Listener listener(loop, std::move(socket), sink);
  loop.run();
  EXPECT_EQ(peers[0], Endpoint::local(a.get()));
  EXPECT_EQ(peers[1], Endpoint::local(b.get()));
}

TEST_F(ListenerTest, PausedInTheMiddleItLeavesTheRestForLater) {
  UniqueFd a = connect();
  UniqueFd b = connect();
  int count = 0;
  Listener listener;
  Timer later(loop, [&] {
    EXPECT_EQ(count, 1);
    listener.resume();
  });
  sink.accepted = [&](UniqueFd, const Endpoint&) {
    if (++count == 1) {
      listener.pause();
      later.start(2ms);
    } else {
      loop.stop();
    }
  };
  listener = Listener(loop, std::move(socket), sink);
  loop.run();
  EXPECT_EQ(count, 2);
}

TEST_F(ListenerTest, FinishAcceptsWhatHasArrived) {
  UniqueFd a = connect();
  UniqueFd b = connect();
  int count = 0;
  sink.accepted = [&](UniqueFd, const Endpoint&) { ++count; };
  Listener listener(loop, std::move(socket), sink);
  listener.finish();
  EXPECT_EQ(count, 2);
  EXPECT_FALSE(listener);
}

// A TCP connection: this end on a loop, the far end in hand.
struct TcpStreamTest : ListenerTest {
  UniqueFd far = connect();
  Sink stream_sink;
  Stream stream;

  TcpStreamTest() {
    stream =
        Stream(loop, UniqueFd(::accept4(socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)), stream_sink);
  }
  void resetFar() {
    const linger now{1, 0};
    ::setsockopt(far.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    far.reset();
  }
  Stream::Outcome read() {
    char c[64];
    return stream.read(c);
  }
  Stream::Outcome write() {
    char x = 'x';
    const iovec piece{&x, 1};
    return stream.write({&piece, 1});
  }
};

TEST_F(TcpStreamTest, SetsNoDelayBeforeTheFirstWriteThatCouldBeHeldBack) {
  const auto isSet = [&] {
    int noDelay = 0;
    socklen_t length = sizeof noDelay;
    ::getsockopt(stream.fd(), IPPROTO_TCP, TCP_NODELAY, &noDelay, &length);
    return noDelay != 0;
  };
  const auto write = [&](std::string_view text) {
    const iovec piece{const_cast<char*>(text.data()), text.size()};
    ASSERT_EQ(stream.write({&piece, 1}).size, text.size());
  };
  stream.setNoDelayLate();
  write("the first one finds nothing unacknowledged");
  EXPECT_FALSE(isSet());
  write("the second one may");
  EXPECT_TRUE(isSet());
}

TEST_F(TcpStreamTest, SetsNoDelayBeforeAFirstWriteOfSeveralSegments) {
  stream.setNoDelayLate();
  const std::string large(2000, 'x');
  const iovec piece{const_cast<char*>(large.data()), large.size()};
  ASSERT_EQ(stream.write({&piece, 1}).size, large.size());
  int noDelay = 0;
  socklen_t length = sizeof noDelay;
  ::getsockopt(stream.fd(), IPPROTO_TCP, TCP_NODELAY, &noDelay, &length);
  EXPECT_TRUE(noDelay);
}

TEST_F(TcpStreamTest, AResetThatAWriteHasMetIsStillToldToTheReader) {
  ASSERT_EQ(::write(far.get(), "abc", 3), 3);
  resetFar();
  EXPECT_EQ(write().errnum, ECONNRESET);
  EXPECT_EQ(read().size, 3U);
  EXPECT_EQ(read().status, Stream::Status::failed);
}

TEST_F(TcpStreamTest, AResetIsToldWhileReadingIsPaused) {
  bool read = false;
  stream_sink.readable = [&] { read = true; };
  stream_sink.reset = [&] { loop.stop(); };
  ASSERT_EQ(::write(far.get(), "abc", 3), 3);
  Timer later(loop, [&] { resetFar(); });
  later.start(1ms);
  loop.run();
  EXPECT_FALSE(read);
}

TEST_F(TcpStreamTest, AResetBehindTheEndIsTold) {
  std::vector<Stream::Status> told;
  stream_sink.readable = [&] {
    told.push_back(read().status);
    if (told.size() == 1) resetFar();
    if (told.back() == Stream::Status::failed) loop.stop();
  };
  stream.resumeReading();
  ::shutdown(far.get(), SHUT_WR);
  loop.run();
  EXPECT_EQ(told, (std::vector{Stream::Status::ended, Stream::Status::failed}));
}

TEST_F(TcpStreamTest, AResetThatIsKnownBeforeTheEndIsReadDoesNotHideTheEnd) {
  ::shutdown(far.get(), SHUT_WR);
  resetFar();
  std::vector<Stream::Status> told;
  stream_sink.readable = [&] {
    told.push_back(read().status);
    if (told.back() == Stream::Status::failed) loop.stop();
  };
  stream.resumeReading();
  loop.run();
  EXPECT_EQ(told, (std::vector{Stream::Status::ended, Stream::Status::failed}));
}

// recv(2) stops in front of an urgent byte: a short read, and more is there already.
TEST_F(TcpStreamTest, AShortReadInFrontOfAnUrgentByteIsNotTheLast) {
  const int on = 1;
  ::setsockopt(stream.fd(), SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
  ASSERT_EQ(::send(far.get(), "abc", 3, 0), 3);
  ASSERT_EQ(::send(far.get(), "U", 1, MSG_OOB), 1);
  ASSERT_EQ(::send(far.get(), "def", 3, 0), 3);
  std::string got;
  Timer tooLate(loop, [&] { loop.stop(); });
  tooLate.start(10s);
  stream_sink.readable = [&] {
    char c[64];
    const auto outcome = stream.read(c);
    got.append(c, outcome.size);
    if (got.size() >= 7) loop.stop();
  };
  stream.resumeReading();
  loop.run();
  EXPECT_EQ(got, "abcUdef");
}

}  // namespace
}  // namespace megaphone::uv
