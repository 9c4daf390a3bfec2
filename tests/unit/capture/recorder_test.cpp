#include "recording.h"

namespace megaphone::capture {
namespace {

TEST_F(Recording, BothLegsOfAnExchangeBearItsId) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "ask");
  openFar();
  about(kFar, 7, "example.org");
  happens(EventKind::accepted, kFar);
  take({.kind = EventKind::note, .leg = kFar, .text = "resolved"});
  bytes(kFar, kOut, "ask on");
  bytes(kFar, kIn, "answer");
  bytes(kNear, kOut, "answer on");
  happens(EventKind::end, kNear, kIn);
  EXPECT_EQ(story(),
            (Story{"0 S [exchange 0000-0-7]", "0 <SA", "0 A", "0 A:ask [exchange 0000-0-7]", "1 S [exchange 0000-0-7]",
                   "1 <SA [exchange 0000-0-7]", "1 A", "1 A:ask on [exchange 0000-0-7] [resolved]",
                   "1 <A:answer [exchange 0000-0-7]", "0 <A:answer on [exchange 0000-0-7]", "0 FA", "0 <A"}));
}

TEST_F(Recording, NamesOfOriginsAreTold) {
  openFar();
  about(kFar, 7, "example.org");
  const auto blocks = pcapng::testing::readBlocks(file).blocks;
  EXPECT_EQ(std::count_if(blocks.begin(), blocks.end(), [](const auto& block) { return block.type == 4; }), 1);
}

TEST_F(Recording, ConnectsMayFail) {
  openFar();
  about(kFar, 7, "example.org");
  happens(EventKind::refused, kFar);
  happens(EventKind::gone, kFar);
  EXPECT_EQ(story(), (Story{"1 S [exchange 0000-0-7]", "1 <RA [exchange 0000-0-7]"}));
}

TEST_F(Recording, SecretsAreHiddenUnlessWanted) {
  for (const bool wanted : {false, true}) {
    use({{"web", {}, ""}, true, wanted});
    openNear();
    about(kNear, 7);
    bytes(kNear, kIn, "GET / HTTP/1.1\r\nCoo");
    bytes(kNear, kIn, "kie: a=b\r\n\r\n");
    EXPECT_EQ(packets().back().payload, wanted ? "kie: a=b\r\n\r\n" : "kie: xxx\r\n\r\n");
    offsets = {};
  }
}

TEST_F(Recording, OthersAreNotShown) {
  openNear();
  about(kNear, 7, "", "other");
  bytes(kNear, kIn, "ask");
  take({.kind = EventKind::datagram, .local = at("10.0.0.1:7"), .remote = at("10.0.0.9:1"), .listener = "other"});
  EXPECT_EQ(story(), Story{});
}

TEST_F(Recording, OneHostIsShownWithoutTheExchangesBetween) {
  use({{"web", {}, "example.org"}});
  openNear();
  about(kNear, 0);
  const auto exchange = [&](std::uint64_t id, std::string_view host, std::string_view text) {
    about(kNear, id);
    bytes(kNear, kIn, text);
    about(kNear, id, host);
    bytes(kNear, kOut, text);
  };
  exchange(1, "example.org", "one");
  exchange(2, "example.com", "two");
  exchange(3, "example.org", "three");
  EXPECT_EQ(story(),
            (Story{"0 S [exchange 0000-0-1]", "0 <SA", "0 A", "0 A:one [exchange 0000-0-1]",
                   "0 <A:one [exchange 0000-0-1]", "0 A:three [exchange 0000-0-3]", "0 <A:three [exchange 0000-0-3]"}));
  const auto all = packets();
  EXPECT_EQ(all[5].sequence, all[3].sequence + 3) << "no hole";
}

TEST_F(Recording, AnOlderConnectionSaysSo) {
  openNear(true);
  about(kNear, 7);
  EXPECT_EQ(story().at(0), "0 S [exchange 0000-0-7] [older than this capture: the handshake is made up]");
}

TEST_F(Recording, AnotherFileIntroducesWhatGoesOn) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "one");
  const std::uint32_t next = packets().back().sequence + 3;
  file.clear();
  recorder->begin(file);
  bytes(kNear, kIn, "two");
  EXPECT_EQ(story(), (Story{"0 S [exchange 0000-0-7] [goes on from the file before: the handshake is made up]", "0 <SA",
                            "0 A", "0 A:two [exchange 0000-0-7]"}));
  EXPECT_EQ(packets().back().sequence, next);
}

TEST_F(Recording, LostBytesAreAHoleThatIsCounted) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "one");
  offsets[kNear * 2 + 1] += 10;
  const auto added = bytes(kNear, kIn, "two", 2);
  EXPECT_EQ(added.missing, 2u);
  const auto all = packets();
  EXPECT_EQ(all.back().sequence, all[3].sequence + 13);
  const auto blocks = pcapng::testing::readBlocks(file).blocks;
  EXPECT_EQ(blocks.back().all(4).size(), 1u) << "the drop count of the packet behind the hole";
}

TEST_F(Recording, BytesThatAreLostBeforeAnEndAreAHole) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "one");
  take({.kind = EventKind::end, .leg = kNear, .lost = 1, .offset = 13});
  const auto all = packets();
  ASSERT_TRUE(all[4].fin);
  EXPECT_EQ(all[4].sequence, all[3].sequence + 13);
}

TEST_F(Recording, WhatCouldNotBeWrittenIsInTheStatistics) {
  openNear();
  about(kNear, 7);
  const std::size_t before = file.size();
  const auto added = take({.kind = EventKind::bytes, .leg = kNear, .bytes = "one"});
  file.resize(before);
  recorder->lose(added);
  recorder->finish(file);
  const auto blocks = pcapng::testing::readBlocks(file).blocks;
  EXPECT_EQ(blocks.at(blocks.size() - 2).all(5), std::vector<std::string>{std::string("\1\0\0\0\0\0\0\0", 8)});
}

TEST_F(Recording, DatagramsAndClosedPorts) {
  use({{"web", {}, ""}, false});
  datagram(EventKind::datagram, kIn, "hello");
  datagram(EventKind::datagram, kOut, "HELLO", "answered");
  datagram(EventKind::unreachable, kIn, "HELLO");
  const auto all = packets();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].payload, "hello");
  EXPECT_EQ(all[1].from, all[0].to);
  EXPECT_EQ(all[1].comments, Story{"answered"});
  EXPECT_EQ(all[2].protocol, 1);
}

// What it carried is behind the headers of IP and ICMP, and that of IP which it quotes.
std::size_t lengthOfQuoted(const ReadPacket& icmp) {
  constexpr std::size_t kLengthAt = 8 + 20 + 4;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(icmp.payload.at(at)); };
  return std::size_t{byte(kLengthAt)} << 8 | byte(kLengthAt + 1);
}

TEST_F(Recording, AClosedPortQuotesTheDatagramThatWasSent) {
  use({{"web", {}, ""}, false});
  constexpr std::size_t kHeader = 8;
  for (const std::string_view sent : {"ONE", "THREE"}) datagram(EventKind::datagram, kOut, sent);
  const std::pair<std::string_view, std::size_t> quotes[] = {{"", 5}, {"THR", 5}, {"THREE", 5}, {"ONE", 3}};
  for (const auto& [quote, size] : quotes) {
    datagram(EventKind::unreachable, kIn, quote);
    EXPECT_EQ(lengthOfQuoted(packets().back()), kHeader + size) << quote;
  }
  const std::string large(1'400, 'X');
  datagram(EventKind::datagram, kOut, large);
  datagram(EventKind::unreachable, kIn, large.substr(0, 520));
  EXPECT_EQ(lengthOfQuoted(packets().back()), kHeader + large.size());
}

TEST_F(Recording, TimesNeverGoBack) {
  openNear();
  about(kNear, 7);
  time -= std::chrono::seconds(5);
  bytes(kNear, kIn, "one");
  const auto all = packets();
  EXPECT_EQ(all.back().nanoseconds, all.front().nanoseconds);
}

}  // namespace
}  // namespace megaphone::capture
