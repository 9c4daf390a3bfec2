// Which deadline runs in which state, what prolongs it, and what its passing means for each blocked side.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;
using std::chrono::seconds;

const std::string kUpload = request("POST", "Content-Length: 9\r\n", "half");
const std::string kPart = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
const std::deque<Origin> kSilent{{.when = Origin::When::never}};

Duration left(FakeSession& session) {
  const auto at = session.exchange().deadline();
  return at ? *at - MonoTime(std::chrono::hours(1)) : Duration{-1};
}

void expectEnd(FakeSession& session, const std::string& trace, const std::string& record) {
  EXPECT_EQ(session.trace(), trace);
  ASSERT_EQ(session.recordLines().size(), 1U);
  EXPECT_EQ(session.recordLines()[0], record);
  expectSound(session);
}

TEST(Deadline, IdleConnectionIsClosedWithoutAWord) {
  FakeSession session;
  EXPECT_EQ(left(session), seconds(60));
  session.deadline();
  EXPECT_EQ(session.trace(), "close");
  EXPECT_EQ(session.clientBytes(), "");
  EXPECT_TRUE(session.records().empty());
  expectSound(session);
}

TEST(Deadline, IdleTimeBeginsAnewAfterEachExchange) {
  FakeSession session({.origins = {{.answer = kHello}}});
  session.passes(seconds(50));
  session.client(request("GET"));
  EXPECT_EQ(left(session), seconds(110));
}

TEST(Deadline, HeadHasOneDeadlineThatItsBytesDoNotProlong) {
  FakeSession session;
  session.passes(seconds(3));
  session.client("G");
  session.passes(seconds(5));
  session.client("ET http");
  EXPECT_EQ(left(session), seconds(13));
  session.deadline();
  EXPECT_TRUE(session.clientBytes().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  expectEnd(session, "finished close", "#1 1 http   408 request_head_timeout client");
}

TEST(Deadline, TimeInWhichTheClientTakesAnAnswerIsNoIdleTime) {
  FakeSession session({.client = request("GET"), .origins = {{.when = Origin::When::never}}});
  session.origin(kPart);
  session.passes(seconds(29));
  session.origin("more!");
  session.passes(seconds(29));
  session.progresses();  // the last of the answer is out only now
  session.client(request("GET").substr(0, 9));
  EXPECT_EQ(left(session), seconds(29 + 29 + 10));
}

TEST(Deadline, WhoWaitsForContinueWaitsForTheOrigin) {
  const std::string head = request("PUT", "Content-Length: 5\r\nExpect: 100-continue\r\n");
  FakeSession silent({.client = head, .origins = kSilent});
  EXPECT_EQ(left(silent), seconds(20));
  silent.deadline();
  expectEnd(silent, "judge connect drop finished close",
            "#1 1 http PUT http://a.example/ 504 http_response_timeout origin");
  FakeSession impatient({.client = head + "he", .origins = kSilent});
  EXPECT_EQ(left(impatient), seconds(30));
  FakeSession asked({.client = head, .origins = kSilent});
  asked.origin("HTTP/1.1 100 Continue\r\n\r\n");
  asked.deadline();
  EXPECT_EQ(asked.records()[0].reason, Reason::request_body_timeout);
  FakeSession hinted({.client = head, .origins = kSilent});
  hinted.origin("HTTP/1.1 103 Early Hints\r\n\r\n");
  EXPECT_EQ(left(hinted), seconds(20));
  hinted.deadline();
  EXPECT_EQ(hinted.records()[0].reason, Reason::http_response_timeout);
}

TEST(Deadline, TheHeadOfTheAnswerGainsNoTimeByItsBytes) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  const Duration most = left(session);
  session.passes(seconds(5));
  session.origin("HTTP/1.1 200");
  EXPECT_EQ(left(session), most);
  session.origin(" OK\r\nContent-Length: 9\r\n\r\n");
  EXPECT_GT(left(session), seconds(5));
}

TEST(Deadline, VerdictAndConnectHaveNoneHere) {
  FakeSession judging({.client = request("GET"), .judge = Judge::hold});
  EXPECT_FALSE(judging.exchange().deadline());
  FakeSession connecting({.client = request("GET"), .origins = {{.connect = Origin::Connect::held}}});
  EXPECT_FALSE(connecting.exchange().deadline());
  connecting.exchange().deadlinePassed({}, MonoTime(std::chrono::hours(9)));
  connecting.pump();
  EXPECT_EQ(connecting.trace(), "judge connect");
  expectSound(connecting);
}

TEST(Deadline, UploadThatStopsIsARequestTimeout) {
  FakeSession session({.client = kUpload, .origins = kSilent});
  EXPECT_EQ(left(session), seconds(30));
  session.passes(seconds(20));
  session.client("x");
  EXPECT_EQ(left(session), seconds(50));
  session.deadline();
  EXPECT_TRUE(session.clientBytes().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
  expectEnd(session, "judge connect drop finished close",
            "#1 1 http POST http://a.example/ 408 request_body_timeout client");
}

TEST(Deadline, UploadThatTheOriginDoesNotTakeIsAGatewayTimeout) {
  FakeSession session({.client = kUpload, .origins = kSilent});
  session.passes(seconds(20));
  session.progresses();
  EXPECT_EQ(left(session), seconds(50));
  session.deadline(Side::origin);
  EXPECT_TRUE(session.clientBytes().starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
  expectEnd(session, "judge connect drop finished close",
            "#1 1 http POST http://a.example/ 504 connection_write_timeout origin");
}

TEST(Deadline, ClientThatDoesNotReadInterimAnswersIsReset) {
  FakeSession session({.client = kUpload, .origins = kSilent});
  session.origin("HTTP/1.1 100 Continue\r\n\r\n");
  session.deadline(Side::client);
  expectEnd(session, "judge connect drop finished reset",
            "#1 1 http POST http://a.example/ 0 client_write_timeout client");
}

TEST(Deadline, AnswerThatDoesNotComeIsAGatewayTimeout) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  EXPECT_EQ(left(session), seconds(20));
  session.deadline();
  EXPECT_TRUE(session.clientBytes().starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
  expectEnd(session, "judge connect drop finished", "#1 1 http GET http://a.example/ 504 http_response_timeout origin");
}

TEST(Deadline, InterimAnswersProlongTheWaitForTheAnswer) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  session.passes(seconds(15));
  session.origin("HTTP/1.1 102 Processing\r\n\r\n");
  EXPECT_EQ(left(session), seconds(35));
}

TEST(Deadline, WaitForTheAnswerBeginsWhenTheRequestIsWhole) {
  FakeSession session({.client = kUpload, .origins = kSilent});
  session.passes(seconds(15));
  session.client("12345");
  EXPECT_EQ(left(session), seconds(35));
}

TEST(Deadline, RequestThatTheOriginDoesNotTakeIsAGatewayTimeout) {
  FakeSession session({.client = request("POST"), .origins = kSilent});
  session.deadline(Side::origin);
  expectEnd(session, "judge connect drop finished",
            "#1 1 http POST http://a.example/ 504 connection_write_timeout origin");
}

TEST(Deadline, AnswerBodyThatStopsIsCut) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  session.origin(kPart);
  EXPECT_EQ(left(session), seconds(30));
  session.passes(seconds(10));
  session.origin("x");
  EXPECT_EQ(left(session), seconds(40));
  session.deadline();
  expectEnd(session, "judge connect drop finished close",
            "#1 1 http GET http://a.example/ 200 response_body_timeout origin");
}

TEST(Deadline, AnswerBodyThatEndsWithTheConnectionIsCutByAReset) {
  FakeSession session({.client = "GET http://a.example/ HTTP/1.0\r\n\r\n", .origins = kSilent});
  session.origin("HTTP/1.1 200 OK\r\n\r\nhalf");
  session.deadline();
  expectEnd(session, "judge connect drop finished deliver-reset",
            "#1 1 http GET http://a.example/ 200 response_body_timeout origin");
}

TEST(Deadline, AnswerBodyThatTheClientDoesNotReadResetsTheClient) {
  FakeSession session({.client = request("GET"), .origins = kSilent});
  session.origin(kPart);
  session.passes(seconds(10));
  session.progresses();
  EXPECT_EQ(left(session), seconds(40));
  session.deadline(Side::client);
  expectEnd(session, "judge connect drop finished reset",
            "#1 1 http GET http://a.example/ 200 client_write_timeout client");
}

TEST(Deadline, UploadBesideAnAnswerIsCutByTheSideThatIsBlocked) {
  for (const auto& [blocked, end] :
       std::vector<std::pair<std::optional<Side>, std::string>>{{std::nullopt, "close response_body_timeout origin"},
                                                                {Side::origin, "close connection_write_timeout origin"},
                                                                {Side::client, "reset client_write_timeout client"}}) {
    FakeSession session({.client = kUpload, .origins = kSilent});
    session.origin(kPart);
    EXPECT_EQ(left(session), seconds(30));
    session.deadline(blocked);
    expectEnd(session, "judge connect drop finished " + end.substr(0, 5),
              "#1 1 http POST http://a.example/ 200 " + end.substr(6));
  }
}

}  // namespace
}  // namespace megaphone::proxy
