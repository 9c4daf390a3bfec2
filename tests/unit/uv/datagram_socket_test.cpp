#include "megaphone/uv/datagram_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <string>

#include "megaphone/uv/handles.h"

namespace megaphone::uv {
namespace {

UniqueFd udpSocket(const char* text) {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const socklen_t length = Endpoint::parse(text)->toSockaddr(storage);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  return fd;
}

struct Answering final : DatagramSink {
  std::function<void(std::span<Datagram>)> batch;
  std::size_t unsent = 0;
  void onDatagrams(std::span<Datagram> datagrams) override { batch(datagrams); }
  void onUnsent(std::size_t count, std::size_t) override { unsent += count; }
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
