#include "recorder.h"

#include <gtest/gtest.h>

#include "reader.h"

namespace megaphone::capture {
namespace {

using pcapng::testing::ReadPacket;

Endpoint at(std::string_view text) { return Endpoint::parse(text).value(); }

constexpr LegId kNear = 1;
constexpr LegId kFar = 2;

class Recording : public ::testing::Test {
 protected:
  void use(Recorder::Options options) {
    recorder.emplace(std::move(options), 1);
    file.clear();
    recorder->begin(file);
  }
  void SetUp() override { use({{"web", {}, ""}}); }

  Recorder::Added take(Event event) {
    time += std::chrono::milliseconds(1);
    event.time = time;
    return recorder->take(event, file);
  }
  void openNear(bool late = false) {
    take({.kind = EventKind::open,
          .late = late,
          .leg = kNear,
          .local = at("10.0.0.1:3128"),
          .remote = at("10.0.0.9:5000")});
  }
  void openFar() {
    take({.kind = EventKind::open,
          .side = Side::origin,
          .leg = kFar,
          .local = at("10.0.0.1:4000"),
          .remote = at("10.0.0.2:80"),
          .host = "example.org"});
  }
  void about(LegId leg, std::uint64_t exchange, std::string_view host = "", std::string_view listener = "web") {
    take({.kind = EventKind::about,
          .leg = leg,
          .exchange = exchange,
          .client = at("10.0.0.9:5000").address,
          .listener = listener,
          .host = host});
  }
  Recorder::Added bytes(LegId leg, Direction direction, std::string_view text, std::uint32_t lost = 0) {
    std::uint64_t& offset = offsets[leg * 2 + (direction == Direction::inbound)];
    const std::uint64_t at = std::exchange(offset, offset + text.size());
    return take(
        {.kind = EventKind::bytes, .direction = direction, .leg = leg, .lost = lost, .offset = at, .bytes = text});
  }
  void happens(EventKind kind, LegId leg, Direction direction = Direction::inbound) {
    take({.kind = kind, .direction = direction, .leg = leg});
  }

  std::vector<ReadPacket> packets() const {
    const auto read = pcapng::testing::readPackets(pcapng::testing::readBlocks(file));
    EXPECT_EQ(read.problem, "");
    return read.packets;
  }
  // "0 S", "1 <A:text [comment|comment]"; with "<" what the responder sends.
  std::vector<std::string> story() const {
    std::vector<std::string> lines;
    std::vector<std::string> initiators;
    for (const ReadPacket& packet : packets()) {
      if (packet.syn && !packet.ack) initiators.push_back(packet.from);
      const bool back = std::find(initiators.begin(), initiators.end(), packet.from) == initiators.end();
      std::string line = std::to_string(packet.interface) + (back ? " <" : " ");
      line += std::string(packet.fin ? "F" : "") + (packet.syn ? "S" : "") + (packet.rst ? "R" : "") +
              (packet.ack ? "A" : "");
      if (!packet.payload.empty()) line += ':' + packet.payload;
      for (const std::string& comment : packet.comments) line += " [" + comment + ']';
      lines.push_back(line);
    }
    return lines;
  }
  using Story = std::vector<std::string>;

  std::optional<Recorder> recorder;
  std::string file;
  WallTime time{std::chrono::seconds(1'700'000'000)};
  std::array<std::uint64_t, 8> offsets{};
};

constexpr auto kIn = Direction::inbound;
constexpr auto kOut = Direction::outbound;

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
  EXPECT_EQ(story(), (Story{"0 S [exchange 7]", "0 <SA", "0 A", "0 A:ask [exchange 7]", "1 S [exchange 7]",
                            "1 <SA [exchange 7]", "1 A", "1 A:ask on [exchange 7] [resolved]",
                            "1 <A:answer [exchange 7]", "0 <A:answer on [exchange 7]", "0 FA", "0 <A"}));
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
  EXPECT_EQ(story(), (Story{"1 S [exchange 7]", "1 <RA [exchange 7]"}));
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
  EXPECT_EQ(story(), (Story{"0 S [exchange 1]", "0 <SA", "0 A", "0 A:one [exchange 1]", "0 <A:one [exchange 1]",
                            "0 A:three [exchange 3]", "0 <A:three [exchange 3]"}));
  const auto all = packets();
  EXPECT_EQ(all[5].sequence, all[3].sequence + 3) << "no hole";
}

TEST_F(Recording, AnOlderConnectionSaysSo) {
  openNear(true);
  about(kNear, 7);
  EXPECT_EQ(story().at(0), "0 S [exchange 7] [older than this capture: the handshake is made up]");
}

TEST_F(Recording, AnotherFileIntroducesWhatGoesOn) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "one");
  const std::uint32_t next = packets().back().sequence + 3;
  file.clear();
  recorder->begin(file);
  bytes(kNear, kIn, "two");
  EXPECT_EQ(story(), (Story{"0 S [exchange 7] [goes on from the file before: the handshake is made up]", "0 <SA", "0 A",
                            "0 A:two [exchange 7]"}));
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
  take({.kind = EventKind::datagram,
        .local = at("10.0.0.1:7"),
        .remote = at("10.0.0.9:1"),
        .listener = "web",
        .bytes = "hello"});
  take({.kind = EventKind::datagram,
        .direction = kOut,
        .local = at("10.0.0.1:7"),
        .remote = at("10.0.0.9:1"),
        .listener = "web",
        .text = "answered",
        .bytes = "HELLO"});
  take({.kind = EventKind::unreachable,
        .local = at("10.0.0.1:7"),
        .remote = at("10.0.0.9:1"),
        .listener = "web",
        .bytes = "HELLO"});
  const auto all = packets();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].payload, "hello");
  EXPECT_EQ(all[1].from, all[0].to);
  EXPECT_EQ(all[1].comments, Story{"answered"});
  EXPECT_EQ(all[2].protocol, 1);
}

constexpr std::string_view kAsk = "POST / HTTP/1.1\r\nCookie: a\r\nContent-Length: 2\r\n\r\n";
constexpr std::string_view kAskShown = "POST / HTTP/1.1\r\nCookie: x\r\nContent-Length: 2\r\n\r\n";

class HeadersOnly : public Recording {
 protected:
  void SetUp() override { use({{"web", {}, ""}, true, false, true}); }
  // Of all segments with bytes: what is kept, and how many are not.
  using Kept = std::vector<std::pair<std::string, std::size_t>>;
  Kept kept() const {
    Kept all;
    for (const ReadPacket& packet : packets()) {
      if (!packet.payload.empty() || packet.missing > 0) all.emplace_back(packet.payload, packet.missing);
    }
    return all;
  }
};

TEST_F(HeadersOnly, AHeadWithContentIsOnePacketThatIsCutBehindIt) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, std::string(kAsk) + "xx");
  bytes(kNear, kOut, "HTTP/1.1 204 No\r\n\r\n");
  EXPECT_EQ(kept(), (Kept{{std::string(kAskShown), 2}, {"HTTP/1.1 204 No\r\n\r\n", 0}}));
}

TEST_F(HeadersOnly, AHeadInPiecesIsOnePacketAndNobodyWaitsForItsContent) {
  openNear();
  about(kNear, 7);
  for (const char& c : kAsk) bytes(kNear, kIn, {&c, 1});
  for (const char* each : {"x", "x", "GET"}) bytes(kNear, kIn, each);
  happens(EventKind::end, kNear, kIn);
  const std::string cut(kAskShown.substr(0, kAskShown.size() - 1));
  EXPECT_EQ(kept(), (Kept{{cut, 1}, {"", 1}, {"", 1}, {"", 3}}));
  EXPECT_EQ(packets().back().acknowledged, packets().front().sequence + 1 + kAsk.size() + 2 + 3 + 1);
}

TEST_F(HeadersOnly, WhatBeganBeforeTheCaptureIsShownFromTheNextMessageOn) {
  openNear(true);
  about(kNear, 7);
  bytes(kNear, kOut, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  take({.kind = EventKind::about,
        .next = Next::message,
        .leg = kNear,
        .exchange = 8,
        .client = at("10.0.0.9:5000").address,
        .listener = "web"});
  bytes(kNear, kIn, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(kept(), (Kept{{"", 38}, {"GET / HTTP/1.1\r\n\r\n", 0}}));
}

TEST_F(HeadersOnly, HttpInATunnelIsNotShown) {
  openFar();
  take({.kind = EventKind::about,
        .next = Next::tunnel,
        .leg = kFar,
        .exchange = 7,
        .client = at("10.0.0.9:5000").address,
        .listener = "web",
        .host = "example.org"});
  happens(EventKind::accepted, kFar);
  bytes(kFar, kOut, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(kept(), (Kept{{"", 18}}));
}

TEST_F(HeadersOnly, LosingEventsLosesAllHeads) {
  openNear();
  about(kNear, 7);
  openFar();
  take({.kind = EventKind::gone, .leg = kFar, .lost = 1});
  bytes(kNear, kIn, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(kept(), (Kept{{"", 18}}));
}

TEST_F(HeadersOnly, LosingBytesLosesHeads) {
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "GET / HT");
  offsets[kNear * 2 + 1] += 10;
  bytes(kNear, kIn, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(kept(), (Kept{{"", 8}, {"", 18}}));
}

TEST_F(HeadersOnly, UppercaseTrafficHasNone) {
  use({{"web", {}, ""}, false, false, true});
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "GET / HTTP/1.1\r\n\r\n");
  take({.kind = EventKind::datagram,
        .local = at("10.0.0.1:7"),
        .remote = at("10.0.0.9:1"),
        .listener = "web",
        .bytes = "hello"});
  EXPECT_EQ(kept(), (Kept{{"", 18}, {"", 5}}));
}

TEST_F(HeadersOnly, TheFileSaysSo) {
  EXPECT_NE(file.find("Content of HTTP messages"), std::string::npos);
  use({{"web", {}, ""}});
  EXPECT_EQ(file.find("Content of HTTP messages"), std::string::npos);
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
