#include "megaphone/pcapng/blocks.h"

#include <gtest/gtest.h>

#include "scene.h"

namespace megaphone::pcapng {
namespace {

using testing::at;
using testing::Block;
using testing::readBlocks;

constexpr std::uint32_t kSection = 0x0A0D0D0A;

Block only(const std::string& file) {
  const auto read = readBlocks(file);
  EXPECT_EQ(read.problem, "");
  EXPECT_EQ(read.blocks.size(), 1u);
  return read.blocks.empty() ? Block{} : read.blocks[0];
}

TEST(PcapngBlocks, SectionTellsByteOrderVersionAndWhoWroteIt) {
  std::string file;
  appendSection(file, "megaphone 1.2", "how it was made");
  const Block block = only(file);
  EXPECT_EQ(block.type, kSection);
  EXPECT_EQ(block.body.substr(0, 8), std::string("\x4d\x3c\x2b\x1a\x01\x00\x00\x00", 8));
  EXPECT_EQ(block.body.substr(8), std::string(8, '\xff'));
  EXPECT_EQ(block.all(4), std::vector<std::string>{"megaphone 1.2"});
  EXPECT_EQ(block.all(1), std::vector<std::string>{"how it was made"});
}

TEST(PcapngBlocks, InterfaceIsEthernetInNanoseconds) {
  std::string file;
  appendInterface(file, "web/client", "clients of web");
  const Block block = only(file);
  EXPECT_EQ(block.type, 1u);
  EXPECT_EQ(block.body, std::string("\1\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(block.all(2), std::vector<std::string>{"web/client"});
  EXPECT_EQ(block.all(3), std::vector<std::string>{"clients of web"});
  EXPECT_EQ(block.all(9), std::vector<std::string>{std::string(1, '\x09')});
}

TEST(PcapngBlocks, PacketKeepsTimeToTheNanosecond) {
  testing::Scene scene;
  scene.time = WallTime(std::chrono::nanoseconds(1'700'000'000'123'456'789));
  const std::string headers = udpHeaders(at("10.0.0.1:1000"), at("10.0.0.2:7"), "x");
  scene.add({.headers = headers, .payload = "x"});
  const auto packets = scene.read();
  ASSERT_EQ(packets.problem, "");
  ASSERT_EQ(packets.packets.size(), 1u);
  EXPECT_EQ(packets.packets[0].nanoseconds, 1'700'000'000'124'456'789u);
}

TEST(PcapngBlocks, PacketHasAllItsCommentsAndItsFlags) {
  std::string file;
  const std::vector<std::string> comments{"exchange 7", "refused"};
  appendPacket(file,
               {.interface = 1, .direction = Direction::outbound, .headers = "E", .lost = 3, .comments = comments});
  const Block block = only(file);
  EXPECT_EQ(block.all(1), comments);
  EXPECT_EQ(block.all(2), std::vector<std::string>{std::string("\x02\0\0\0", 4)});
  EXPECT_EQ(block.all(4), std::vector<std::string>{std::string("\x03\0\0\0\0\0\0\0", 8)});
}

TEST(PcapngBlocks, PayloadMayBeLeftOutAndItsLengthStays) {
  testing::Scene scene;
  const std::string headers = udpHeaders(at("10.0.0.1:1000"), at("10.0.0.2:7"), "secret");
  scene.add({.headers = headers, .payload = "secret", .kept = 2});
  const auto packets = scene.read();
  ASSERT_EQ(packets.problem, "");
  EXPECT_EQ(packets.packets.at(0).payload, "se");
  EXPECT_EQ(packets.packets.at(0).missing, 4u);
}

TEST(PcapngBlocks, CommentsAreUtf8AndBounded) {
  std::string file;
  const std::vector<std::string> comments{std::string("a\0b\xff", 4) + "\u00e4", std::string(70'000, 'x'),
                                          std::string(kLongestComment - 1, 'x') + "\u00e4"};
  appendPacket(file, {.headers = "E", .comments = comments});
  const auto written = only(file).all(1);
  ASSERT_EQ(written.size(), 3u);
  EXPECT_EQ(written[0], "a?b?\u00e4");
  EXPECT_EQ(written[1].size(), kLongestComment);
  EXPECT_EQ(written[2].size(), kLongestComment - 1) << "no half of a character";
}

TEST(PcapngBlocks, NameHasItsAddressInFront) {
  std::string file;
  appendName(file, IpAddress::parse("192.0.2.1").value(), "example.org");
  EXPECT_EQ(only(file).body, std::string("\1\0\x10\0\xc0\0\2\1example.org\0\0\0\0\0", 24));
}

TEST(PcapngBlocks, StatisticsTellWhatWasLost) {
  std::string file;
  appendStatistics(file, 1, WallTime{}, 10, 2);
  const Block block = only(file);
  EXPECT_EQ(block.all(4), std::vector<std::string>{std::string("\x0a\0\0\0\0\0\0\0", 8)});
  EXPECT_EQ(block.all(5), std::vector<std::string>{std::string("\x02\0\0\0\0\0\0\0", 8)});
}

}  // namespace
}  // namespace megaphone::pcapng
