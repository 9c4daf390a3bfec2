// An origin that fails: what the client sees, what is noted, and when the request goes out once more.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

const Error kRefused{Reason::connection_refused, Side::origin, 111, "connect 192.0.2.1:80"};

// --- the origin fails

TEST(FailingOrigin, ConnectThatFailsIsAnswered) {
  FakeSession session({.client = request("GET") + request("GET"),
                       .origins = {{.connect = Origin::Connect::failed, .failure = kRefused}, {.answer = kHello}}});
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_TRUE(session.clientText().ends_with(kHelloOut));
  EXPECT_EQ(session.trace(), "judge connect finished judge connect keep finished");
  EXPECT_EQ(session.recordLines()[0], "#1 1 http GET http://a.example/ 502 connection_refused origin");
  EXPECT_EQ(session.records()[0].detail, "connect 192.0.2.1:80: Connection refused");
  EXPECT_EQ(session.records()[0].connect, std::chrono::milliseconds(3));
  expectSound(session);
}

TEST(FailingOrigin, EndWithoutAnAnswerIsABadGateway) {
  for (const Origin::Then then : {Origin::Then::end, Origin::Then::reset}) {
    for (const std::string answer : {"", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nA: b"}) {
      FakeSession session({.client = request("GET"), .origins = {{.answer = answer, .then = then}}});
      EXPECT_NE(session.clientBytes().find("HTTP/1.1 502 Bad Gateway\r\n"), std::string::npos);
      EXPECT_EQ(session.trace(), "judge connect drop finished");
      EXPECT_EQ(session.records()[0].status, 502);
      EXPECT_EQ(session.records()[0].ended_by, Side::origin);
      expectSound(session);
    }
  }
}

TEST(FailingOrigin, MalformedAnswerIsABadGateway) {
  for (const std::string answer :
       {"SSH-2.0-x\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nwhat\r\n"}) {
    for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
      SCOPED_TRACE(answer);
      FakeSession session({.client = request("GET"), .origins = {{.answer = answer}}}, cut);
      EXPECT_NE(session.clientBytes().find("HTTP/1.1 502 Bad Gateway\r\n"), std::string::npos);
      EXPECT_EQ(session.trace(), "judge connect drop finished");
      expectSound(session);
    }
  }
}

TEST(FailingOrigin, WithinAnUploadIsAnsweredAndEndsTheConnection) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("POST", "Content-Length: 9\r\n", "half"));
  session.originBreaks(Reason::connection_terminated, 104);
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_TRUE(saysClose(session));
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  EXPECT_EQ(session.records()[0].detail, "connection to a.example:80: Connection reset by peer");
  expectSound(session);
}

// --- a kept connection that has died

TEST(DeadKeptConnection, IdempotentRequestGoesOutAgainOnANewOne) {
  for (const std::string method : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
    for (const Origin::Then then : {Origin::Then::end, Origin::Then::reset}) {
      const std::string sent = forwarded(method);
      FakeSession session({.client = request(method),
                           .origins = {{.connect = Origin::Connect::reused, .then = then},
                                       {.answer = "HTTP/1.1 204 No Content\r\n\r\n"}}});
      EXPECT_EQ(session.clientText(), "HTTP/1.1 204 No Content\r\nVia: 1.1 mp-1\r\n\r\n");
      EXPECT_EQ(session.originTexts(), (Lines{sent, sent}));
      EXPECT_EQ(session.trace(), "judge connect drop connect keep finished");
      EXPECT_EQ(session.recordLines()[0], "#1 1 http " + method + " http://a.example/ 204");
      expectSound(session);
    }
  }
}

TEST(DeadKeptConnection, OtherMethodsAreNotSentTwice) {
  FakeSession session(
      {.client = request("POST"),
       .origins = {{.connect = Origin::Connect::reused, .then = Origin::Then::end}, {.answer = kHello}}});
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_EQ(session.trace(), "judge connect drop finished");
  EXPECT_EQ(session.recordLines()[0], "#1 1 http POST http://a.example/ 502 reused kept_connection_lost origin");
  expectSound(session);
}

TEST(DeadKeptConnection, OtherMethodsGetOneThatServedAMomentAgo) {
  FakeSession post({.client = request("POST"), .origins = {{.connect = Origin::Connect::held}}});
  EXPECT_EQ(post.exchange().reuse(), Reuse::recent);
  FakeSession put({.client = request("PUT"), .origins = {{.connect = Origin::Connect::held}}});
  EXPECT_EQ(put.exchange().reuse(), Reuse::any);
}

TEST(DeadKeptConnection, ContentThatIsHeldIsSentAgain) {
  for (const std::string body :
       {"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nDigest: x\r\n\r\n"}) {
    for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
      FakeSession session(
          {.client = "PUT http://a.example/ HTTP/1.1\r\nHost: a\r\n" + body + request("GET"),
           .origins = {{.connect = Origin::Connect::reused, .then = Origin::Then::end}, {.answer = kHello}, {}}},
          cut);
      EXPECT_EQ(session.originTexts()[1], session.originTexts()[0]);
      EXPECT_EQ(session.recordLines()[0], "#1 1 http PUT http://a.example/ 200");
      expectSound(session);
    }
  }
}

TEST(DeadKeptConnection, ContentIsSentAgainAsFarAsItHasComeAndGoesOn) {
  FakeSession session(
      {.origins = {{.connect = Origin::Connect::reused, .when = Origin::When::never}, {.answer = kHello}}});
  session.client(request("PUT", "Content-Length: 5\r\n", "he"));
  session.originEnds();
  session.client("llo");
  EXPECT_EQ(session.originTexts()[1], forwarded("PUT", "Content-Length: 5\r\n", "hello"));
  EXPECT_EQ(session.clientText(), kHelloOut);
  expectSound(session);
}

TEST(DeadKeptConnection, MoreContentThanIsHeldIsNotSentTwice) {
  const std::size_t most = FakeSession::policy().replayBuffer;
  for (const std::size_t size : {most, most + 1}) {
    FakeSession session(
        {.client = request("PUT", "Content-Length: " + std::to_string(size) + "\r\n", std::string(size, 'x')),
         .origins = {{.connect = Origin::Connect::reused, .then = Origin::Then::end}, {.answer = kHello}}});
    EXPECT_TRUE(hasStatus(session, size == most ? "200" : "502"));
    EXPECT_EQ(session.records()[0].reason, size == most ? Reason::none : Reason::kept_connection_lost);
    expectSound(session);
  }
}

TEST(DeadKeptConnection, ContentThatHasNotComeIsSentOnTheNewOne) {
  FakeSession session(
      {.origins = {{.connect = Origin::Connect::reused, .when = Origin::When::never}, {.answer = kHello}}});
  session.client(request("PUT", "Content-Length: 5\r\n"));
  session.originEnds();
  session.client("hello");
  EXPECT_EQ(session.clientText(), kHelloOut);
  EXPECT_EQ(session.originTexts()[1], forwarded("PUT", "Content-Length: 5\r\n", "hello"));
  expectSound(session);
}

TEST(DeadKeptConnection, ContentThatComesWhileItIsReplacedIsSentOnTheNewOne) {
  FakeSession session({.origins = {{.connect = Origin::Connect::reused, .when = Origin::When::never},
                                   {.connect = Origin::Connect::held, .answer = kHello}}});
  session.client(request("PUT", "Content-Length: 5\r\n"));
  session.originEnds();
  const std::string content = "hello";
  session.exchange().clientRestMoved(content);
  session.ready();
  EXPECT_EQ(session.clientText(), kHelloOut);
  EXPECT_EQ(session.originTexts()[1], forwarded("PUT", "Content-Length: 5\r\n", "hello"));
  expectSound(session);
}

TEST(DeadKeptConnection, IsReplacedOnceAndByANewOne) {
  FakeSession session({.client = request("GET"),
                       .origins = {{.connect = Origin::Connect::reused, .then = Origin::Then::end},
                                   {.connect = Origin::Connect::held}}});
  EXPECT_EQ(session.exchange().reuse(), Reuse::none);
  session.ready();
  session.originEnds();
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_EQ(session.trace(), "judge connect drop connect drop finished");
  expectSound(session);
}

TEST(DeadKeptConnection, ThatHasSaidAnythingIsNotReplaced) {
  for (const std::string answer : {"H", "HTTP/1.1 103 Early Hints\r\n\r\n"}) {
    FakeSession session(
        {.client = request("GET"),
         .origins = {{.connect = Origin::Connect::reused, .answer = answer, .then = Origin::Then::end}, {}}});
    EXPECT_NE(session.clientBytes().find("HTTP/1.1 502 "), std::string::npos);
    EXPECT_EQ(session.trace(), "judge connect drop finished");
    expectSound(session);
  }
}

TEST(DeadKeptConnection, ANewOneThatDiesIsNotReplaced) {
  FakeSession session({.client = request("GET"), .origins = {{.then = Origin::Then::end}, {.answer = kHello}}});
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_EQ(session.trace(), "judge connect drop finished");
  expectSound(session);
}

}  // namespace
}  // namespace megaphone::proxy
