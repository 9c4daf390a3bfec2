// What is hidden where a capture does not see all of a head.
#include "recording.h"

namespace megaphone::capture {
namespace {

// Of secrets only '!' is made, which stands nowhere else.
constexpr std::string_view kHead = "GET / HTTP/1.1\r\nAuthorization: Basic !!!!\r\nCookie: !\r\n !!\r\nHost: a\r\n\r\n";
constexpr std::string_view kShown =
    "GET / HTTP/1.1\r\nAuthorization: xxxxx xxxx\r\nCookie: x\r\n xx\r\nHost: a\r\n\r\n";

class Secrets : public Recording {
 protected:
  std::string shown() const {
    std::string all;
    for (const ReadPacket& packet : packets()) all += packet.payload;
    return all;
  }
  void afresh(std::string_view host = "", bool headersOnly = false) {
    offsets = {};
    use({{"web", {}, std::string(host)}, true, false, headersOnly});
  }
};

TEST_F(Secrets, OfAnOlderConnectionNothingIsShownOfAValueThatHasBegun) {
  for (const auto direction : {kIn, kOut}) {
    for (std::size_t begin = 0; begin < kHead.size(); ++begin) {
      afresh();
      openNear(true);
      about(kNear, 7);
      offsets[kNear * 2 + (direction == kIn)] = begin;
      bytes(kNear, direction, kHead.substr(begin));
      EXPECT_EQ(shown().find('!'), std::string::npos) << begin;
    }
  }
}

TEST_F(Secrets, OfAnOlderConnectionTheNextMessageIsShown) {
  for (const bool headersOnly : {false, true}) {
    afresh("", headersOnly);
    openNear(true);
    about(kNear, 7, "", "web", Next::message);
    bytes(kNear, kIn, "GET / HTTP/1.1\r\nCookie: !\r\n\r\n");
    EXPECT_EQ(shown(), "GET / HTTP/1.1\r\nCookie: x\r\n\r\n");
  }
}

TEST_F(Secrets, AHeadThatBeganInAnExchangeThatIsNotWantedIsHiddenRight) {
  constexpr std::string_view kOther = "GET http://b/ HTTP/1.1\r\n\r\n";
  for (std::size_t cut = 0; cut <= kHead.size(); ++cut) {
    afresh("a");
    openNear();
    about(kNear, 1, "", "web", Next::message);
    bytes(kNear, kIn, std::string(kOther).append(kHead.substr(0, cut)));
    about(kNear, 1, "b");
    about(kNear, 2);
    bytes(kNear, kIn, kHead.substr(cut));
    about(kNear, 2, "a");
    EXPECT_EQ(shown(), kShown.substr(cut)) << cut;
  }
}

TEST_F(Secrets, OfARequestWithoutAHostNothingIsShownAsTheNextOne) {
  afresh("a");
  openNear(true);
  about(kNear, 1);
  bytes(kNear, kIn, "!!\r\nCookie: !\r\n\r\n");
  about(kNear, 2, "", "web", Next::message);
  bytes(kNear, kIn, kHead);
  about(kNear, 2, "a");
  EXPECT_EQ(shown(), kShown);
}

TEST_F(Secrets, ALossHidesTheRestOfTheLineWhereverItIs) {
  for (const std::string_view host : {"", "a", "other"}) {
    for (std::size_t begin = 0; begin < kHead.size(); ++begin) {
      for (std::size_t size = 1; begin + size < kHead.size(); size += 3) {
        afresh(host);
        openNear();
        about(kNear, 1);
        bytes(kNear, kIn, kHead.substr(0, begin));
        offsets[kNear * 2 + 1] += size;
        bytes(kNear, kIn, kHead.substr(begin + size), 1);
        about(kNear, 1, "a");
        about(kNear, 2, "other");
        bytes(kNear, kIn, "!\r\n");
        about(kNear, 3, "a");
        const std::string all = shown();
        ASSERT_EQ(std::count(all.begin(), all.end(), '!'), host == "a" ? 0 : 1) << begin << ", " << size;
      }
    }
  }
}

TEST_F(Secrets, InterimAnswersAndTrailersAreHidden) {
  constexpr std::string_view kParts[] = {"HTTP/1.1 100 Go on\r\nSet-Cookie: !\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: !\r\n\r\n",
                                         "1\r\na\r\n0\r\nSet-Cookie: !\r\n\r\n",
                                         "HTTP/1.1 101 Switching\r\nSet-Cookie: !\r\n\r\nbehind\r\nCookie: !\r\n"};
  openNear();
  about(kNear, 7);
  for (const std::string_view each : kParts) {
    for (const char& c : each) bytes(kNear, kOut, {&c, 1});
  }
  EXPECT_EQ(shown().find('!'), std::string::npos);
}

}  // namespace
}  // namespace megaphone::capture
