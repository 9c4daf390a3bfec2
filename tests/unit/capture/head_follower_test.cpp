#include "head_follower.h"

#include <gtest/gtest.h>

#include <string>

namespace megaphone::capture {
namespace {

using pcapng::Party;
using Kind = HeadFollower::Kind;

// ">": from the initiator. What is no head becomes "."; a head is between "(" and ")", or "]" where content follows.
class Followed {
 public:
  explicit Followed(std::size_t piece = 0) : piece_(piece) {}

  Followed& operator>(std::string_view bytes) { return take(Party::initiator, bytes); }
  Followed& operator<(std::string_view bytes) { return take(Party::responder, bytes); }
  HeadFollower& operator*() { return follower_; }
  const std::string& text() const { return text_; }

 private:
  Followed& take(Party from, std::string_view bytes) {
    text_ += from == Party::initiator ? '>' : '<';
    open_ = false;
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, piece_ == 0 ? bytes.size() : piece_);
      bytes.remove_prefix(piece.size());
      std::string_view rest = piece;
      for (const HeadFollower::Run& run : follower_.take(from, piece)) {
        add(run.kind, rest.substr(0, run.size));
        rest.remove_prefix(run.size);
      }
      EXPECT_TRUE(rest.empty()) << "runs are too short";
    }
    return *this;
  }
  void add(Kind kind, std::string_view bytes) {
    if (kind == Kind::other) {
      text_.append(bytes.size(), '.');
      return;
    }
    if (!std::exchange(open_, true)) text_ += '(';
    for (const char c : bytes) {
      if (c != '\r' && c != '\n') text_ += c;
    }
    if (kind == Kind::part) return;
    text_ += kind == Kind::before ? ']' : ')';
    open_ = false;
  }

  const std::size_t piece_;
  HeadFollower follower_;
  bool open_ = false;
  std::string text_;
};

// Whole, and byte by byte.
class Heads : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Pieces, Heads, ::testing::Values(0, 1, 7));

TEST_P(Heads, OfRequestsAndAnswersOneBehindTheOther) {
  Followed all(GetParam());
  all > "GET /1 HTTP/1.1\r\n\r\n" < "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc" > "GET /2 HTTP/1.1\r\n\r\n" <
      "HTTP/1.1 204 No\r\n\r\n";
  EXPECT_EQ(all.text(), ">(GET /1 HTTP/1.1)<(HTTP/1.1 200 OKContent-Length: 3]...>(GET /2 HTTP/1.1)<(HTTP/1.1 204 No)");
}

TEST_P(Heads, OfPipelinedRequestsAreTold) {
  Followed all(GetParam());
  all > "HEAD / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nxxGET / HTTP/1.1\r\n\r\n" <
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 No\r\n\r\n";
  EXPECT_EQ(all.text(),
            ">(HEAD / HTTP/1.1)(POST / HTTP/1.1Content-Length: 2]..(GET / HTTP/1.1)"
            "<(HTTP/1.1 200 OKContent-Length: 9)(HTTP/1.1 200 OKContent-Length: 0)(HTTP/1.1 204 No)");
}

TEST_P(Heads, OfChunkedAndInterimMessagesAreTold) {
  Followed all(GetParam());
  all > "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" < "HTTP/1.1 100 Continue\r\n\r\n" >
      "2\r\nxx\r\n0\r\nA: b\r\n\r\n" < "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" >
      "GET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(all.text(),
            ">(PUT / HTTP/1.1Transfer-Encoding: chunked]<(HTTP/1.1 100 Continue)>.................."
            "<(HTTP/1.1 200 OKTransfer-Encoding: chunked].....>(GET / HTTP/1.1)");
}

TEST_P(Heads, EndWithATunnel) {
  Followed all(GetParam());
  all > "CONNECT a:443 HTTP/1.1\r\n\r\n" < "HTTP/1.1 200 OK\r\n\r\n" > "GET / HTTP/1.1\r\n\r\n" <
      "HTTP/1.1 200 OK\r\n\r\n";
  EXPECT_EQ(all.text(), ">(CONNECT a:443 HTTP/1.1)<(HTTP/1.1 200 OK)>..................<...................");
}

TEST_P(Heads, GoOnBehindATunnelThatWasRefused) {
  Followed all(GetParam());
  all > "CONNECT a:443 HTTP/1.1\r\n\r\n" < "HTTP/1.1 403 No\r\nContent-Length: 1\r\n\r\nx" > "GET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(all.text(), ">(CONNECT a:443 HTTP/1.1)<(HTTP/1.1 403 NoContent-Length: 1].>(GET / HTTP/1.1)");
}

TEST_P(Heads, ArePresumedNowhereBehindBytesThatCameTooEarlyForATunnel) {
  Followed all(GetParam());
  all > "CONNECT a:443 HTTP/1.1\r\n\r\nearly" < "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n" >
      "GET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(all.text(), ">(CONNECT a:443 HTTP/1.1).....<(HTTP/1.1 403 NoContent-Length: 0)>..................");
}

TEST_P(Heads, EndWithAnotherProtocol) {
  Followed all(GetParam());
  all > "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n" <
      "HTTP/1.1 101 On\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nyy" > "zz";
  EXPECT_EQ(all.text(),
            ">(GET / HTTP/1.1Connection: upgradeUpgrade: x)"
            "<(HTTP/1.1 101 OnConnection: upgradeUpgrade: x)..>..");
}

TEST_P(Heads, OfAnswersToWhatIsNoHttpAreTold) {
  Followed all(GetParam());
  all > "GET / HTTP/1.1\r\nA: b\r\n\r\n" > "\x16\x03\x01\r\nGET / HTTP/1.1\r\n\r\n" <
      "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno" > "GET / HTTP/1.1\r\n\r\n" <
      "HTTP/1.1 204 No\r\n\r\n";
  EXPECT_TRUE(
      all.text().ends_with("..................<(HTTP/1.1 204 No)(HTTP/1.1 400 BadContent-Length: 2].."
                           ">..................<..................."))
      << all.text();
}

TEST(HeadFollower, KnowsNothingBehindAHoleUntilAMessageBegins) {
  Followed all;
  all > "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nx";
  (*all).lose();
  all > "GET / HTTP/1.1\r\n\r\n" < "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  (*all).restart();
  all > "GET / HTTP/1.1\r\n\r\n" < "HTTP/1.1 204 No\r\n\r\n";
  EXPECT_EQ(all.text(),
            ">(POST / HTTP/1.1Content-Length: 5].>..................<......................................"
            ">(GET / HTTP/1.1)<(HTTP/1.1 204 No)");
}

TEST(HeadFollower, IsNotDisturbedByABeginThatItKnows) {
  Followed all;
  all > "HEAD / HTTP/1.1\r\n\r\n";
  (*all).restart();
  all<"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"> "GET / HTTP/1.1\r\n\r\n" < "HTTP/1.1 204 No\r\n\r\n";
  EXPECT_EQ(all.text(), ">(HEAD / HTTP/1.1)<(HTTP/1.1 200 OKContent-Length: 5)>(GET / HTTP/1.1)<(HTTP/1.1 204 No)");
}

}  // namespace
}  // namespace megaphone::capture
