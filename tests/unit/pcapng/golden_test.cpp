// Whole files, byte for byte. tests/wire has tshark look at the same ones.
//
// After a change on purpose: WRITE_GOLDEN=1 GOLDEN=tests/unit/pcapng/golden build/tests/unit/pcapng/pcapng_test
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "megaphone/pcapng/secret_mask.h"
#include "scene.h"

namespace megaphone::pcapng {
namespace {

using testing::at;
using testing::Scene;

void expectGolden(const std::string& name, Scene& scene) {
  ASSERT_EQ(scene.read().problem, "");
  for (const std::uint32_t interface : {0u, 1u}) appendStatistics(scene.file, interface, scene.time, 0, 0);
  const std::string path = std::string(std::getenv("GOLDEN")) + "/" + name + ".pcapng";
  if (std::getenv("WRITE_GOLDEN")) std::ofstream(path, std::ios::binary) << scene.file;
  std::ostringstream stored;
  stored << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_TRUE(scene.file == stored.str()) << path << " differs";
}

std::string maskedText(std::string text) {
  SecretMask().apply(text);
  return text;
}

// One proxied exchange: the request with a secret, on both legs, and an answer in two segments.
void exchange(Scene& scene, const Endpoint& client, const Endpoint& proxy, const Endpoint& local,
              const Endpoint& origin) {
  appendName(scene.file, origin.address, "www.example.org");
  TcpConversation near({client, 0x1000}, {proxy, 0x2000});
  TcpConversation far({local, 0x3000}, {origin, 0x4000});
  const std::string rest = " HTTP/1.1\r\nHost: www.example.org\r\nCookie: id=secret\r\n\r\n";
  near.ask(scene);
  near.accept(scene);
  scene.comments = {"exchange 7"};
  near.data(Party::initiator, maskedText("GET http://www.example.org/page" + rest), scene);
  scene.interface = 1;
  scene.comments = {"exchange 7"};
  far.ask(scene);
  far.accept(scene);
  scene.comments = {"exchange 7", "www.example.org was resolved in 3 ms"};
  far.data(Party::initiator, maskedText("GET /page" + rest), scene);
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\n";
  for (const std::string& part : {head + "first, ", std::string("second.")}) {
    scene.interface = 1;
    scene.comments = {"exchange 7"};
    far.data(Party::responder, part, scene);
    scene.interface = 0;
    scene.comments = {"exchange 7"};
    near.data(Party::responder, part, scene);
  }
  near.end(Party::initiator, scene);
  near.end(Party::responder, scene);
  scene.interface = 1;
  far.end(Party::initiator, scene);
  far.reset(Party::responder, scene);
}

TEST(PcapngGolden, ExchangeOverIpv4) {
  Scene scene;
  exchange(scene, at("192.0.2.10:50000"), at("192.0.2.1:3128"), at("198.51.100.1:40000"), at("203.0.113.5:80"));
  expectGolden("exchange-v4", scene);
}

TEST(PcapngGolden, ExchangeOverIpv6) {
  Scene scene;
  exchange(scene, at("[2001:db8:1::10]:50000"), at("[2001:db8:1::1]:3128"), at("[2001:db8:2::1]:40000"),
           at("[2001:db8:3::5]:80"));
  expectGolden("exchange-v6", scene);
}

TEST(PcapngGolden, ConnectsThatFail) {
  Scene scene;
  scene.interface = 1;
  TcpConversation refused({at("198.51.100.1:40000"), 0x10}, {at("203.0.113.5:80"), 0x20});
  refused.ask(scene);
  refused.refuse(scene);
  TcpConversation silent({at("198.51.100.1:40001"), 0x30}, {at("203.0.113.6:80"), 0x40});
  silent.ask(scene);
  expectGolden("failed-connects", scene);
}

TEST(PcapngGolden, Datagrams) {
  Scene scene;
  const auto send = [&](const Endpoint& from, const Endpoint& to, std::string_view text, Direction direction) {
    const std::string headers = udpHeaders(from, to, text);
    scene.add({.direction = direction, .headers = headers, .payload = text});
    return headers;
  };
  for (const auto& [client, service] :
       {std::pair{"192.0.2.10:50000", "192.0.2.1:9007"}, {"[2001:db8::10]:50000", "[2001:db8::1]:9007"}}) {
    send(at(client), at(service), "hello", Direction::inbound);
    const std::string answer = send(at(service), at(client), "HELLO", Direction::outbound);
    const std::string closed = portUnreachable(at(client).address, at(service).address, answer);
    scene.comments = {"the client has closed its port"};
    scene.add({.direction = Direction::inbound, .headers = closed});
  }
  expectGolden("datagrams", scene);
}

TEST(PcapngGolden, BulkWithHalfCloses) {
  Scene scene;
  TcpConversation talk({at("192.0.2.10:50000"), 0xffff'f000}, {at("192.0.2.1:9006"), 0xffff'f000});
  talk.ask(scene);
  talk.accept(scene);
  talk.data(Party::initiator, std::string(70'000, 'a'), scene);
  talk.data(Party::responder, std::string(7'000, 'A'), scene);
  talk.data(Party::responder, std::string(7'000, 'B'), scene);
  talk.end(Party::initiator, scene);
  talk.data(Party::responder, "THE REST", scene);
  talk.end(Party::responder, scene);
  expectGolden("bulk", scene);
}

TEST(PcapngGolden, HeadsWithoutContent) {
  Scene scene;
  TcpConversation talk({at("192.0.2.10:50000"), 0x1000}, {at("192.0.2.1:3128"), 0x2000});
  talk.ask(scene);
  talk.accept(scene);
  const auto send = [&](Party from, const std::string& head, const std::string& content, std::size_t left) {
    scene.kept = head.size() - left;
    talk.data(from, head + content, scene);
    scene.kept.reset();
  };
  const std::string length = "Content-Length: 9\r\n\r\n";
  send(Party::initiator, "POST http://www.example.org/ HTTP/1.1\r\nHost: www.example.org\r\n" + length, "", 1);
  send(Party::initiator, "", "left out.", 0);
  send(Party::responder, "HTTP/1.1 200 OK\r\n" + length, "left out.", 0);
  send(Party::initiator, "GET http://www.example.org/next HTTP/1.1\r\nHost: www.example.org\r\n\r\n", "", 0);
  send(Party::responder, "HTTP/1.1 304 Not Modified\r\n\r\n", "", 0);
  talk.end(Party::initiator, scene);
  talk.end(Party::responder, scene);
  expectGolden("heads", scene);
}

}  // namespace
}  // namespace megaphone::pcapng
