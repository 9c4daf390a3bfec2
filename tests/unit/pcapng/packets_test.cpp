#include "megaphone/pcapng/packets.h"

#include <gtest/gtest.h>

#include "scene.h"

namespace megaphone::pcapng {
namespace {

using testing::at;

testing::Packets readOne(std::string_view headers, std::string_view payload) {
  testing::Scene scene;
  scene.add({.headers = headers, .payload = payload});
  return scene.read();
}

TEST(PcapngPackets, TcpIsRightOverBothFamilies) {
  for (const auto& [from, to] : {std::pair{"10.0.0.1:40000", "10.0.0.2:80"}, {"[2001:db8::1]:40000", "[::1]:80"}}) {
    for (const std::string payload : {"", "odd", "even"}) {
      const TcpSegment segment{0xfffffffe, 77, {.fin = true, .ack = true}};
      const auto read = readOne(tcpHeaders(at(from), at(to), segment, payload), payload);
      ASSERT_EQ(read.problem, "");
      const auto& packet = read.packets.at(0);
      EXPECT_EQ(packet.sequence, 0xfffffffeu);
      EXPECT_EQ(packet.acknowledged, 77u);
      EXPECT_TRUE(packet.fin && packet.ack && !packet.syn && !packet.rst);
      EXPECT_EQ(packet.payload, payload);
    }
  }
}

TEST(PcapngPackets, UdpIsRightOverBothFamilies) {
  for (const auto& [from, to] : {std::pair{"10.0.0.1:40000", "10.0.0.2:7"}, {"[2001:db8::1]:40000", "[::1]:7"}}) {
    for (const std::string payload : {"", "odd", "even"}) {
      const auto read = readOne(udpHeaders(at(from), at(to), payload), payload);
      ASSERT_EQ(read.problem, "");
      EXPECT_EQ(read.packets.at(0).payload, payload);
    }
  }
}

TEST(PcapngPackets, UdpChecksumOfZeroIsWrittenAsAllOnes) {
  // 0 would say that there is none: some payload of two bytes brings the sum there.
  bool found = false;
  for (unsigned i = 0; i < 0x10000 && !found; ++i) {
    const std::string payload{static_cast<char>(i >> 8), static_cast<char>(i & 0xff)};
    const std::string headers = udpHeaders(at("10.0.0.1:40000"), at("10.0.0.2:7"), payload);
    ASSERT_NE(headers.substr(26, 2), std::string(2, '\0'));
    found = headers.substr(26, 2) == "\xff\xff";
  }
  EXPECT_TRUE(found);
}

TEST(PcapngPackets, UnreachablePortQuotesWhatWasSent) {
  for (const auto& [from, to] : {std::pair{"10.0.0.1:7", "10.0.0.2:40000"}, {"[2001:db8::1]:7", "[::1]:40000"}}) {
    const std::string headers = udpHeaders(at(from), at(to), "HELLO");
    const auto read = readOne(portUnreachable(at(to).address, at(from).address, headers), "");
    ASSERT_EQ(read.problem, "");
    const auto& packet = read.packets.at(0);
    const bool v4 = at(from).address.isV4();
    EXPECT_EQ(packet.payload.substr(0, 2), v4 ? "\3\3" : "\1\4");
    EXPECT_EQ(packet.payload.substr(8), headers);
    EXPECT_EQ(packet.from, at(to).address.bytes());
  }
}

}  // namespace
}  // namespace megaphone::pcapng
