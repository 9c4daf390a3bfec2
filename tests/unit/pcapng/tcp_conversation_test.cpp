#include "megaphone/pcapng/tcp_conversation.h"

#include <gtest/gtest.h>

#include "scene.h"

namespace megaphone::pcapng {
namespace {

using testing::at;
using testing::ReadPacket;
using testing::Scene;

constexpr Party kClient = Party::initiator;
constexpr Party kServer = Party::responder;

// "S", "SA", "A", "A5" (with five bytes), "FA", "RA"; with "<" in front what the responder sends.
std::string story(const Scene& scene) {
  const auto read = scene.read();
  if (!read.problem.empty()) return read.problem;
  std::string out;
  for (const ReadPacket& packet : read.packets) {
    if (!out.empty()) out += ' ';
    if (packet.from != read.packets[0].from) out += '<';
    if (packet.fin) out += 'F';
    if (packet.syn) out += 'S';
    if (packet.rst) out += 'R';
    if (packet.ack) out += 'A';
    if (!packet.payload.empty()) out += std::to_string(packet.payload.size());
  }
  return out;
}

class Conversation : public ::testing::Test {
 protected:
  void open() {
    talk.ask(scene);
    talk.accept(scene);
  }
  ReadPacket last() const { return scene.read().packets.back(); }

  Scene scene;
  TcpConversation talk{{at("10.0.0.1:40000"), 1'000}, {at("10.0.0.2:80"), 5'000}};
};

TEST_F(Conversation, BeginsWithAHandshake) {
  open();
  EXPECT_EQ(story(scene), "S <SA A");
  EXPECT_EQ(scene.read().packets[0].sequence, 1'000u);
  EXPECT_EQ(scene.read().packets[1].acknowledged, 1'001u);
  EXPECT_EQ(last().sequence, 1'001u);
  EXPECT_EQ(last().acknowledged, 5'001u);
}

TEST_F(Conversation, SequenceNumbersCountBytesAndWrapAround) {
  talk = {{at("10.0.0.1:40000"), 0xffff'fffe}, {at("10.0.0.2:80"), 5'000}};
  open();
  talk.data(kClient, "hello", scene);
  EXPECT_EQ(last().sequence, 0xffff'ffffu);
  talk.data(kServer, "HELLO!", scene);
  EXPECT_EQ(last().acknowledged, 4u);
  talk.data(kClient, "x", scene);
  EXPECT_EQ(last().acknowledged, 5'007u);
  EXPECT_EQ(story(scene), "S <SA A A5 <A6 A1");
}

TEST_F(Conversation, LargeDataIsCutAndAcknowledged) {
  open();
  talk.data(kServer, std::string(2 * kLargestSegment + 1, 'x'), scene);
  EXPECT_EQ(story(scene), "S <SA A <A60000 A <A60000 A <A1");
}

TEST_F(Conversation, EachSideEndsForItself) {
  open();
  talk.end(kClient, scene);
  talk.data(kServer, "late", scene);
  EXPECT_FALSE(talk.over());
  talk.end(kServer, scene);
  EXPECT_TRUE(talk.over());
  EXPECT_EQ(story(scene), "S <SA A FA <A <A4 <FA A");
  EXPECT_EQ(last().sequence, 1'002u);
  EXPECT_EQ(last().acknowledged, 5'006u);
}

TEST_F(Conversation, SaysNothingBehindAnEndOrAReset) {
  open();
  talk.end(kClient, scene);
  talk.data(kClient, "x", scene);
  talk.end(kClient, scene);
  talk.reset(kServer, scene);
  talk.data(kServer, "x", scene);
  talk.end(kServer, scene);
  talk.reset(kClient, scene);
  EXPECT_TRUE(talk.over());
  EXPECT_EQ(story(scene), "S <SA A FA <A <RA");
}

TEST_F(Conversation, MayBeRefusedOrNeverAnswered) {
  talk.ask(scene);
  EXPECT_EQ(story(scene), "S");
  talk.refuse(scene);
  EXPECT_EQ(story(scene), "S <RA");
  EXPECT_EQ(last().acknowledged, 1'001u);
}

TEST_F(Conversation, LostBytesLeaveAHole) {
  open();
  talk.skip(kClient, 100);
  talk.data(kClient, "x", scene);
  EXPECT_EQ(last().sequence, 1'101u);
}

TEST_F(Conversation, IsIntroducedAgainWhereItStands) {
  open();
  talk.data(kClient, "12345", scene);
  talk.end(kClient, scene);
  Scene next;
  talk.introduce(next);
  talk.data(kServer, "x", next);
  EXPECT_EQ(story(next), "S <SA A FA <A <A1");
  EXPECT_EQ(next.read().packets[0].sequence, 1'005u);
  EXPECT_EQ(next.read().packets.back().sequence, 5'001u);
  EXPECT_EQ(next.read().packets.back().acknowledged, 1'007u);
}

}  // namespace
}  // namespace megaphone::pcapng
