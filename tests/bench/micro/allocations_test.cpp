// What runs for every request, datagram and read of a tunnel must not allocate once its buffers have grown.
#include "allocations.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <memory>

#include "megaphone/access/rules.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/uv/datagram_socket.h"
#include "megaphone/uv/stream.h"
#include "messages.h"
#include "steady_exchange.h"

namespace megaphone::bench {
namespace {

constexpr int kGrow = 3;  // rounds in which buffers may grow

std::size_t allocationsOf(const std::function<void()>& round) {
  for (int i = 0; i < kGrow; ++i) round();
  const Count count;
  round();
  return count.allocations();
}

TEST(Allocations, AreCounted) {
  std::unique_ptr<int> kept;
  EXPECT_EQ(allocationsOf([&] { kept = std::make_unique<int>(1); }), 1u);
}

TEST(Allocations, AKeptAliveGetMakesNone) {
  SteadyExchange exchange;
  const std::string asked = request(8, "Proxy-Connection: keep-alive\r\n");
  const std::string answered = answer(1024, 8);
  bool whole = true;
  EXPECT_EQ(allocationsOf([&] { whole = exchange.serve(asked, answered) && whole; }), 0u);
  EXPECT_TRUE(whole);
}

TEST(Allocations, APostWithALengthMakesNone) {
  SteadyExchange exchange;
  const std::string asked =
      "POST http://origin.example/u HTTP/1.1\r\nHost: origin.example\r\nContent-Length: 4096\r\n\r\n" +
      std::string(4096, 'x');
  const std::string answered = answer(16);
  bool whole = true;
  EXPECT_EQ(allocationsOf([&] { whole = exchange.serve(asked, answered) && whole; }), 0u);
  EXPECT_TRUE(whole);
}

TEST(Allocations, AChunkedAnswerMakesNone) {
  SteadyExchange exchange;
  const std::string asked = request(4);
  const std::string answered = answerHead(4, "Transfer-Encoding: chunked\r\n") + chunked(8192, 1024);
  bool whole = true;
  EXPECT_EQ(allocationsOf([&] { whole = exchange.serve(asked, answered) && whole; }), 0u);
  EXPECT_TRUE(whole);
}

TEST(Allocations, JudgingMakesNone) {
  const config::Proxy proxy;
  const access::DestinationRules rules(proxy);
  EXPECT_EQ(allocationsOf([&] { rules.judgeAddress(IpAddress::v4({10, 0, 0, 1})); }), 0u);
}

struct NoTrouble final : observe::AccessLogSink {
  void onAccessLogTrouble(const Error&) override {}
  void onAccessLogRecovered(const std::string&, std::uint64_t) override {}
  void onAccessLogLost(const std::string&, std::uint64_t) override {}
  void onAccessLogOverrun(std::uint64_t) override {}
};

TEST(Allocations, ARecordOnItsWayToTheLogMakesNone) {
  NoTrouble sink;
  config::Settings settings;
  settings.access_log.path = "/dev/null";
  const auto log = observe::AccessLog::open(settings, 1, sink);
  ASSERT_TRUE(log);
  record::ExchangeRecord record;
  record.target = "http://origin.example/b/1024";
  EXPECT_EQ(allocationsOf([&] { (*log)->ring(0).push(record); }), 0u);
}

// Runs a loop round by round: each time something arrives, `next` sends the following piece or stops the loop.
struct Rounds {
  static constexpr int kCount = 8;
  int seen = 0;
  std::unique_ptr<Count> count{};
  std::size_t allocations = 0;
  // True: go on.
  bool step() {
    if (++seen == kGrow) count = std::make_unique<Count>();
    if (seen < kCount) return true;
    allocations = count->allocations();
    count.reset();
    return false;
  }
};

struct Answering final : uv::DatagramSink {
  std::function<void()> arrived;
  void onDatagrams(std::span<uv::Datagram> batch) override {
    for (uv::Datagram& datagram : batch) datagram.answer = true;
    arrived();
  }
  void onUnsent(std::size_t, std::size_t) override {}
};

TEST(Allocations, ABatchOfDatagramsMakesNone) {
  uv::Loop loop;
  UniqueFd server(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const UniqueFd client(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const socklen_t length = Endpoint::parse("127.0.0.1:0")->toSockaddr(storage);
  ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  Endpoint::local(server.get())->toSockaddr(storage);
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  Rounds rounds;
  Answering sink;
  const auto send = [&] {
    for (int i = 0; i < 4; ++i) ASSERT_EQ(::send(client.get(), "hello", 5, 0), 5);
  };
  sink.arrived = [&] {
    if (!rounds.step()) return loop.stop();
    send();
  };
  send();
  const uv::DatagramSocket socket(loop, std::move(server), sink);
  loop.run();
  EXPECT_EQ(rounds.allocations, 0u);
}

struct Carrying final : uv::StreamSink {
  std::function<void()> arrived;
  void onReadable() override { arrived(); }
  void onWritable() override {}
};

TEST(Allocations, AReadAndAWriteOfAStreamMakeNone) {
  uv::Loop loop;
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
  const UniqueFd peer(pair[1]);
  Rounds rounds;
  Carrying sink;
  std::array<char, 64> buffer{};
  uv::Stream stream(loop, UniqueFd(pair[0]), sink);
  sink.arrived = [&] {
    const auto got = stream.read(buffer);
    if (got.status != uv::Stream::Status::ok) return;
    const iovec piece{buffer.data(), got.size};
    stream.write({&piece, 1});
    if (!rounds.step()) return loop.stop();
    ASSERT_EQ(::write(peer.get(), "hello", 5), 5);
  };
  stream.resumeReading();
  ASSERT_EQ(::write(peer.get(), "hello", 5), 5);
  loop.run();
  EXPECT_EQ(rounds.allocations, 0u);
}

}  // namespace
}  // namespace megaphone::bench
