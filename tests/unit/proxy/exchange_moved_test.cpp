// Content that goes from side to side unseen: when it may, and what is known of it afterwards.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

const std::deque<Origin> kSilent{{.when = Origin::When::never}};
const std::string kLong = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello";

TEST(MovedContent, OfAnAnswerEndsItAsIfItHadBeenRead) {
  FakeSession session({.client = request("GET") + request("GET"), .origins = {{.when = Origin::When::never}, {}}});
  session.origin(kLong);
  EXPECT_EQ(session.exchange().movable(Side::origin), 995U);
  session.moves(Side::origin, 990);
  EXPECT_EQ(session.exchange().movable(Side::origin), 5U);
  EXPECT_EQ(session.trace(), "judge connect");
  session.moves(Side::origin, 5);
  EXPECT_EQ(session.trace(), "judge connect keep finished judge connect");
  EXPECT_EQ(session.records()[0].origin_in, kLong.size() + 995);
  expectSound(session);
}

TEST(MovedContent, OfARequestEndsItAsIfItHadBeenRead) {
  FakeSession session(
      {.client = request("POST", "Content-Length: 1000\r\n", "hello"), .origins = {{.answer = kHello}}});
  EXPECT_EQ(session.exchange().movable(Side::client), 995U);
  session.moves(Side::client, 995);
  EXPECT_EQ(session.trace(), "judge connect keep finished");
  EXPECT_EQ(session.records()[0].client_in, request("POST", "Content-Length: 1000\r\n").size() + 1000);
  EXPECT_EQ(session.originTexts()[0], forwarded("POST", "Content-Length: 1000\r\n", "hello" + std::string(995, 'x')));
  expectSound(session);
}

TEST(MovedContent, MayBeReadAgainInBetween) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  session.origin(kLong);
  session.moves(Side::origin, 500);
  session.origin(std::string(494, 'y'));
  session.moves(Side::origin, 1);
  EXPECT_TRUE(session.clientBytes().ends_with("xx" + std::string(494, 'y') + "x"));
  EXPECT_EQ(session.trace(), "judge connect keep finished");
  expectSound(session);
}

TEST(MovedContent, IsProgressAndAnOriginThatEndsWithinItIsSeen) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  session.origin(kLong);
  session.passes(std::chrono::seconds(29));
  session.moves(Side::origin, 10);
  EXPECT_EQ(*session.exchange().deadline(), MonoTime(std::chrono::hours(1) + std::chrono::seconds(29 + 30)));
  session.originEnds();
  EXPECT_EQ(session.records()[0].reason, Reason::http_response_incomplete);
  expectSound(session);
}

TEST(MovedContent, IsOnlyWhatHasALengthAndIsNotFramedAnew) {
  for (const std::string answer : {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\n\r\nhello",
                                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello"}) {
    FakeSession session({.client = request("GET"), .origins = kSilent});
    session.origin(answer);
    EXPECT_EQ(session.exchange().movable(Side::origin), 0U) << answer;
    EXPECT_EQ(session.exchange().movable(Side::client), 0U) << answer;
  }
  FakeSession chunked({.client = request("PUT", "Transfer-Encoding: chunked\r\n", "5\r\nhe"), .origins = kSilent});
  EXPECT_EQ(chunked.exchange().movable(Side::client), 0U);
  FakeSession waits(
      {.client = request("PUT", "Content-Length: 9\r\n"), .origins = {{.connect = Origin::Connect::held}}});
  EXPECT_EQ(waits.exchange().movable(Side::client), 0U);
  FakeSession idle;
  EXPECT_EQ(idle.exchange().movable(Side::client), 0U);
}

TEST(MovedContent, IsNotWhatMayHaveToBeSentAgain) {
  FakeSession session({.client = request("PUT", "Content-Length: 1000\r\n", "hello"),
                       .origins = {{.connect = Origin::Connect::reused, .when = Origin::When::never}}});
  EXPECT_EQ(session.exchange().movable(Side::client), 0U);
  session.client(std::string(100, 'y'));  // more than is held
  EXPECT_EQ(session.exchange().movable(Side::client), 895U);
}

}  // namespace
}  // namespace megaphone::proxy
