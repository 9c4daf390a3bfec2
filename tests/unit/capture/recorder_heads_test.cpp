#include "recording.h"

namespace megaphone::capture {
namespace {

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
  about(kNear, 8, "", "web", Next::message);
  bytes(kNear, kIn, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(kept(), (Kept{{"", 38}, {"GET / HTTP/1.1\r\n\r\n", 0}}));
}

TEST_F(HeadersOnly, HttpInATunnelIsNotShown) {
  openFar();
  about(kFar, 7, "example.org", "web", Next::tunnel);
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

// Telling each leg of each loss would take minutes.
TEST_F(HeadersOnly, ALossIsCheapHoweverManyLegsThereAre) {
  for (LegId leg = 1; leg <= 10'000; ++leg) {
    take({.kind = EventKind::open, .leg = leg, .local = at("10.0.0.1:3128"), .remote = at("10.0.0.9:5000")});
  }
  for (int i = 0; i < 1'000'000; ++i) take({.kind = EventKind::gone, .lost = 1});
  recorder->finish(file);
  const auto blocks = pcapng::testing::readBlocks(file).blocks;
  EXPECT_EQ(blocks.at(blocks.size() - 2).all(5), std::vector<std::string>{std::string("\x40\x42\x0f\0\0\0\0\0", 8)});
}

TEST_F(HeadersOnly, OfAHeadThatBeganBeforeWhatIsNotWantedNothingIsShown) {
  use({{"web", {}, "a"}, true, false, true});
  constexpr std::string_view kWanted = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  constexpr std::string_view kBegun = "GET /secret HTTP/1.1\r\nHos";
  openNear();
  about(kNear, 1, "", "web", Next::message);
  bytes(kNear, kIn, std::string(kWanted).append(kBegun));
  about(kNear, 1, "a");
  about(kNear, 2);
  bytes(kNear, kIn, "t: b\r\n\r\n");
  about(kNear, 2, "b");
  about(kNear, 3, "", "web", Next::message);
  bytes(kNear, kIn, kWanted);
  about(kNear, 3, "a");
  EXPECT_EQ(kept(), (Kept{{std::string(kWanted), 0}, {"", kBegun.size()}, {std::string(kWanted), 0}}));
}

TEST_F(HeadersOnly, OfAHeadThatBeganBeforeALossNothingIsShown) {
  openNear();
  about(kNear, 1);
  bytes(kNear, kIn, "GET / HT");
  openFar();
  take({.kind = EventKind::gone, .leg = kFar, .lost = 1});
  about(kNear, 2, "", "web", Next::message);
  for (const char* each : {"GET / HTTP/1.1\r\n\r\n", "GET"}) bytes(kNear, kIn, each);
  happens(EventKind::end, kNear, kIn);
  EXPECT_EQ(kept(), (Kept{{"", 8}, {"GET / HTTP/1.1\r\n\r\n", 0}, {"", 3}}));
}

TEST_F(HeadersOnly, UppercaseTrafficHasNone) {
  use({{"web", {}, ""}, false, false, true});
  openNear();
  about(kNear, 7);
  bytes(kNear, kIn, "GET / HTTP/1.1\r\n\r\n");
  datagram(EventKind::datagram, kIn, "hello");
  EXPECT_EQ(kept(), (Kept{{"", 18}, {"", 5}}));
}

TEST_F(HeadersOnly, TheFileSaysSo) {
  EXPECT_NE(file.find("Content of HTTP messages"), std::string::npos);
  use({{"web", {}, ""}});
  EXPECT_EQ(file.find("Content of HTTP messages"), std::string::npos);
}

}  // namespace
}  // namespace megaphone::capture
