#include "megaphone/uv/datagram_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <vector>

#include "megaphone/uv/handles.h"

namespace megaphone::uv {
namespace {

UniqueFd udpSocket(const char* text) {
  const int family = *text == '[' ? AF_INET6 : AF_INET;
  UniqueFd fd(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const socklen_t length = Endpoint::parse(text)->toSockaddr(storage);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  return fd;
}

struct Answering final : DatagramSink {
  std::function<void(std::span<Datagram>)> batch;
  std::size_t unsent = 0;
  std::vector<std::string> closed;
  std::function<void()> onClosed = [] {};
  void onDatagrams(std::span<Datagram> datagrams) override { batch(datagrams); }
  void onUnsent(std::size_t count, std::size_t) override { unsent += count; }
  void onPortClosed(const Endpoint& remote, const IpAddress& local, std::string_view quote) override {
    closed.push_back(remote.text() + ' ' + local.text() + ' ' + std::string(quote));
    onClosed();
  }
};

void sendTo(const UniqueFd& client, const Endpoint& server, std::string_view text) {
  sockaddr_storage storage;
  const socklen_t length = server.toSockaddr(storage);
  ASSERT_EQ(::sendto(client.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&storage), length),
            static_cast<ssize_t>(text.size()));
}

std::string receiveAll(const UniqueFd& client) {
  std::string all;
  char c[16];
  for (ssize_t got; (got = ::recv(client.get(), c, sizeof c, MSG_DONTWAIT)) >= 0;)
    all.append(c, static_cast<std::size_t>(got)) += ' ';
  return all;
}

TEST(DatagramSocket, OneWithAnAddressOfItsOwnKnowsWhereItWasSpokenTo) {
  Loop loop;
  Answering sink;
  UniqueFd socket = udpSocket("127.0.0.2:0");
  const Endpoint server = *Endpoint::local(socket.get());
  UniqueFd client = udpSocket("127.0.0.1:0");
  sendTo(client, server, "x");
  sink.batch = [&](std::span<Datagram> batch) {
    ASSERT_EQ(batch.size(), 1u);
    EXPECT_EQ(batch[0].to, server.address);
    batch[0].answer = true;
    loop.stop();
  };
  DatagramSocket datagrams(loop, std::move(socket), sink);
  loop.run();
  EXPECT_EQ(receiveAll(client), "x ");
}

TEST(DatagramSocket, AnswersWhatIsAskedForAmongManyAndGoesOnListening) {
  constexpr int kMany = 150;  // more than two batches
  Loop loop;
  Answering sink;
  UniqueFd socket = udpSocket("127.0.0.1:0");
  const Endpoint server = *Endpoint::local(socket.get());
  UniqueFd client = udpSocket("127.0.0.1:0");
  std::string wanted;
  for (int i = 0; i < kMany; ++i) {
    sendTo(client, server, std::to_string(i));
    if (i % 3 != 0) wanted += std::to_string(i) + ' ';
  }
  int seen = 0;
  sink.batch = [&](std::span<Datagram> batch) {
    for (Datagram& datagram : batch) datagram.answer = seen++ % 3 != 0;
    if (seen == kMany) sendTo(client, server, "end");
    if (seen > kMany) loop.stop();
  };
  DatagramSocket datagrams(loop, std::move(socket), sink);
  loop.run();
  EXPECT_EQ(receiveAll(client), wanted);
  EXPECT_EQ(seen, kMany + 1);
}

// A client that has asked and gone: its port is closed when the answer comes.
Endpoint askAndGo(const char* address, const Endpoint& server, std::string_view text) {
  const UniqueFd client = udpSocket(address);
  sendTo(client, server, text);
  return *Endpoint::local(client.get());
}

class ClosedPorts : public ::testing::TestWithParam<const char*> {};

// One that is not answered stands in front of each live one: that one's answer begins a call, and meets the error.
TEST_P(ClosedPorts, CostNobodyElseAnAnswer) {
  constexpr std::size_t kRounds = 130;  // several batches, and no more than waits in the buffers of both
  const std::string any = std::string(GetParam()) + ":0";
  for (const bool told : {false, true}) {
    Loop loop;
    Answering sink;
    UniqueFd socket = udpSocket(any.c_str());
    const Endpoint server = *Endpoint::local(socket.get());
    UniqueFd client = udpSocket(any.c_str());
    DatagramSocket datagrams(loop, std::move(socket), sink);
    datagrams.askForReceiveBuffer(8 << 20);
    datagrams.tellClosedPorts(told);
    std::string wanted;
    for (std::size_t i = 0; i < kRounds; ++i) {
      askAndGo(any.c_str(), server, "gone");
      sendTo(client, server, "?");
      sendTo(client, server, std::to_string(i));
      wanted += std::to_string(i) + ' ';
    }
    std::size_t seen = 0;
    sink.batch = [&](std::span<Datagram> batch) {
      for (Datagram& datagram : batch) datagram.answer = datagram.payload[0] != '?';
      if ((seen += batch.size()) == 3 * kRounds) loop.stop();
    };
    loop.run();
    EXPECT_EQ(receiveAll(client), wanted) << told;
    EXPECT_EQ(sink.unsent, 0u) << told;
    EXPECT_EQ(sink.closed.empty(), !told);  // the kernel may limit how many
  }
}

TEST_P(ClosedPorts, AreToldWithWhatWasSentThere) {
  Loop loop;
  Answering sink;
  const bool v6 = std::string_view(GetParam()) == "[::1]";
  UniqueFd socket = udpSocket(v6 ? "[::]:0" : "0.0.0.0:0");
  Endpoint server = *Endpoint::local(socket.get());
  server.address = Endpoint::parse(std::string(GetParam()) + ":1")->address;
  DatagramSocket datagrams(loop, std::move(socket), sink);
  datagrams.tellClosedPorts(true);
  const Endpoint gone = askAndGo((std::string(GetParam()) + ":0").c_str(), server, "gone");
  sink.batch = [&](std::span<Datagram> batch) { batch[0].answer = true; };
  sink.onClosed = [&] { loop.stop(); };
  loop.run();
  ASSERT_EQ(sink.closed.size(), 1u);
  EXPECT_EQ(sink.closed[0], gone.text() + ' ' + server.address.text() + " gone");
}

TEST_P(ClosedPorts, AreNotToldAnyMoreWhenNobodyWantsToKnow) {
  Loop loop;
  Answering sink;
  UniqueFd socket = udpSocket((std::string(GetParam()) + ":0").c_str());
  const Endpoint server = *Endpoint::local(socket.get());
  DatagramSocket datagrams(loop, std::move(socket), sink);
  datagrams.tellClosedPorts(true);
  UniqueFd client = udpSocket((std::string(GetParam()) + ":0").c_str());
  int batches = 0;
  sink.batch = [&](std::span<Datagram> batch) {
    for (Datagram& datagram : batch) datagram.answer = true;
    if (++batches == 1) {
      datagrams.tellClosedPorts(false);
      askAndGo((std::string(GetParam()) + ":0").c_str(), server, "gone");
      sendTo(client, server, "here");
    }
    if (batch.back().payload[0] == 'h') loop.stop();
  };
  askAndGo((std::string(GetParam()) + ":0").c_str(), server, "gone");
  loop.run();
  EXPECT_EQ(receiveAll(client), "here ");
  EXPECT_TRUE(sink.closed.empty());
  EXPECT_EQ(sink.unsent, 0u);
}

INSTANTIATE_TEST_SUITE_P(Families, ClosedPorts, ::testing::Values("127.0.0.1", "[::1]"));

TEST(DatagramSocket, AnswersInPlaceFromTheAddressThatWasSpokenTo) {
  Loop loop;
  Answering sink;
  UniqueFd socket = udpSocket("0.0.0.0:0");
  Endpoint server = *Endpoint::local(socket.get());
  server.address = *IpAddress::parse("127.0.0.2");
  UniqueFd client = udpSocket("127.0.0.1:0");
  sockaddr_storage storage;
  const socklen_t length = server.toSockaddr(storage);
  for (const std::string text : {"one", "", "three"}) {
    ASSERT_EQ(::sendto(client.get(), text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&storage), length),
              static_cast<ssize_t>(text.size()));
  }
  sink.batch = [&](std::span<Datagram> batch) {
    ASSERT_EQ(batch.size(), 3u);
    EXPECT_EQ(batch[0].from, Endpoint::local(client.get()));
    EXPECT_EQ(batch[0].to.text(), "127.0.0.2");
    batch[0].payload[0] = 'O';
    batch[0].answer = batch[1].answer = true;
    loop.stop();
  };
  DatagramSocket datagrams(loop, std::move(socket), sink);
  loop.run();

  char c[16];
  sockaddr_storage from;
  socklen_t fromLength = sizeof from;
  ASSERT_EQ(::recvfrom(client.get(), c, sizeof c, 0, reinterpret_cast<sockaddr*>(&from), &fromLength), 3);
  EXPECT_EQ(std::string_view(c, 3), "One");
  EXPECT_EQ(Endpoint::from(reinterpret_cast<sockaddr*>(&from)), server);
  EXPECT_EQ(::recv(client.get(), c, sizeof c, 0), 0);
  EXPECT_EQ(::recv(client.get(), c, sizeof c, 0), -1);
  EXPECT_EQ(sink.unsent, 0u);
}

}  // namespace
}  // namespace megaphone::uv
