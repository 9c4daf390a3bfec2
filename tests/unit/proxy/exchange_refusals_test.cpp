// Requests that megaphone answers itself: refused ones, and those for its own page.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

TEST(RefusedRequest, EndsTheConnectionAndReachesNobody) {
  for (const std::string bytes : {
           "nonsense\r\n",
           "GET  http://a.example/ HTTP/1.1\r\n",
           "GET http://a.example/ HTTP/1.1\r\n\r\n",                                        // no Host
           "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nHost: a.example\r\n\r\n",  // two
           "GET http://a.example/ HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
           "GET http://a.example/ HTTP/1.1\r\nHost: a.example b\r\n\r\n",
           "GET http://a.example/ HTTP/1.1\r\nHost: http://a.example\r\n\r\n",
           "GET http://a.example/ HTTP/1.1\r\nHost: a.example:x\r\n\r\n",
           "GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
           "GET http://u:p@b@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
           "GET * HTTP/1.1\r\nHost: a.example\r\n\r\n",
           "CONNECT a.example HTTP/1.1\r\nHost: a.example\r\n\r\n",
           "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n\r\nx",
           "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "POST http://a.example/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "\r\n\r\n\r\n\r\n\r\n\r\n",
       }) {
    for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
      SCOPED_TRACE(bytes);
      FakeSession session({.client = bytes + "GET http://next/ HTTP/1.1\r\n"}, cut);
      EXPECT_TRUE(hasStatus(session, "400")) << session.clientBytes();
      EXPECT_TRUE(saysClose(session));
      EXPECT_EQ(session.trace(), "finished close");
      EXPECT_EQ(session.originBytes(), Lines{});
      ASSERT_EQ(session.records().size(), 1U);
      EXPECT_EQ(session.records()[0].reason, Reason::http_request_error);
      EXPECT_EQ(session.records()[0].ended_by, Side::client);
      EXPECT_EQ(session.records()[0].client_request, 1U);
      EXPECT_NE(session.records()[0].id, 0U);
      expectSound(session);
    }
  }
}

TEST(RefusedRequest, IsRecordedWithoutWhatMayBeAPassword) {
  for (const std::string target :
       {"http://u:se/cret@a.example/", "ftp://u:secret@a.example/", "http://u:s@ecret@a.example/#cret"}) {
    FakeSession session({.client = "GET " + target + " HTTP/1.1\r\nHost: a.example\r\n\r\n"});
    ASSERT_EQ(session.records().size(), 1U);
    EXPECT_EQ(session.records()[0].target.substr(session.records()[0].target.find(':')), "://a.example/");
    EXPECT_EQ(session.clientBytes().find("cret"), std::string::npos) << session.clientBytes();
  }
}

TEST(RefusedRequest, TooLargeHeadsHaveTheirOwnStatus) {
  FakeSession line({.client = "GET http://a/" + std::string(2000, 'x')});
  EXPECT_TRUE(hasStatus(line, "414"));
  FakeSession head({.client = "GET http://a/ HTTP/1.1\r\nA: " + std::string(5000, 'x')});
  EXPECT_TRUE(hasStatus(head, "431"));
  EXPECT_EQ(head.end(), "close");
  expectSound(line);
  expectSound(head);
}

TEST(NewPolicy, HoldsForTheNextRequest) {
  ExchangePolicy strict = FakeSession::policy();
  strict.limits.fields = 1;
  FakeSession session({.origins = {{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}}});
  session.client(request("GET", "A: 1\r\nB: 2\r\n"));
  ASSERT_TRUE(session.exchange().idle());
  ASSERT_EQ(session.clientBytes().find("HTTP/1.1 200 "), 0U) << session.clientBytes();
  session.exchange().usePolicy(strict);
  session.client("GET http://a/ HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n");
  EXPECT_NE(session.clientBytes().find("HTTP/1.1 431 "), std::string::npos) << session.clientBytes();
  expectSound(session);
}

TEST(RefusedRequest, ThatHasPassedThroughBeforeIsALoop) {
  FakeSession session({.client = request("GET", "Via: 1.0 other, 1.1 mp-1 (x)\r\n")});
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_NE(session.clientBytes().find("Proxy-Status: mp-1; error=proxy_loop_detected; details="), std::string::npos);
  EXPECT_EQ(session.trace(), "finished");
  EXPECT_EQ(session.records()[0].reason, Reason::proxy_loop_detected);
  expectSound(session);
}

TEST(RefusedRequest, ByTheJudgeLeavesTheConnectionToTheNext) {
  FakeSession session({.client = request("GET") + request("GET"), .judge = Judge::refuse});
  EXPECT_TRUE(hasStatus(session, "403"));
  EXPECT_FALSE(saysClose(session));
  EXPECT_EQ(session.trace(), "judge finished judge finished");
  EXPECT_EQ(session.recordLines()[1], "#2 2 http GET http://a.example/ 403 http_request_denied daemon");
  EXPECT_EQ(session.records()[1].detail, "port 25");
  expectSound(session);
}

TEST(RefusedRequest, ByTheJudgeWithContentToComeEndsTheConnection) {
  for (const std::string fields : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
    FakeSession session({.client = request("POST", fields, "hello"), .judge = Judge::refuse});
    EXPECT_TRUE(hasStatus(session, "403"));
    EXPECT_TRUE(saysClose(session));
    EXPECT_EQ(session.trace(), "judge finished close");
    expectSound(session);
  }
  FakeSession empty({.client = request("POST", "Content-Length: 0\r\n"), .judge = Judge::refuse});
  EXPECT_EQ(empty.trace(), "judge finished");
}

TEST(RefusedRequest, ToHeadHasALengthAndNoBody) {
  FakeSession session({.client = request("HEAD") + request("HEAD"), .judge = Judge::refuse});
  const std::string text = session.clientText();
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  EXPECT_EQ(text.find("\r\n\r\nHTTP/1.1 403"), text.find("\r\n\r\n"));
  expectSound(session);
}

TEST(RefusedRequest, ForSomethingThatOnlyAServerHasEndsTheConnection) {
  FakeSession session({.client = "GET /other HTTP/1.1\r\nHost: a\r\n\r\n"});
  EXPECT_TRUE(hasStatus(session, "400"));
  EXPECT_EQ(session.end(), "close");
}

TEST(RefusedRequest, WithConnectionOptionsThatAreNoTokensIsNotForwarded) {
  FakeSession session({.client = request("GET", "Connection: \"x, X-A\r\nX-A: 1\r\n")});
  EXPECT_TRUE(hasStatus(session, "400"));
  EXPECT_EQ(session.end(), "close");
}

TEST(OwnPage, IsServedAndTheConnectionKept) {
  FakeSession session(
      {.client = "GET / HTTP/1.1\r\nHost: localhost:3128\r\nAccept: text/html\r\n\r\nHEAD http://megaphone.internal/x "
                 "HTTP/1.1\r\nHost: a\r\n\r\n"});
  EXPECT_TRUE(hasStatus(session, "200"));
  EXPECT_NE(session.clientBytes().find("curl -x http://localhost:3128 "), std::string::npos);
  EXPECT_EQ(session.trace(), "judge finished judge finished");
  EXPECT_EQ(session.recordLines(), (Lines{"#1 1 http GET / 200", "#2 2 http HEAD http://megaphone.internal/x 200"}));
  expectSound(session);
}

}  // namespace
}  // namespace megaphone::proxy
