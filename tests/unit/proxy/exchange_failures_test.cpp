// What goes wrong, on either side and in each state: what the client sees, what becomes of the origin, what is noted.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;
using Lines = std::vector<std::string>;

const Error kRefused{Reason::connection_refused, Side::origin, 111, "connect 192.0.2.1:80"};

bool hasStatus(const FakeSession& session, const std::string& status) {
  return session.clientBytes().starts_with("HTTP/1.1 " + status + " ");
}
bool saysClose(const FakeSession& session) {
  return session.clientBytes().find("\r\nConnection: close\r\n") != std::string::npos;
}

// --- requests that are refused

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
           "GET http://u:p@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
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

TEST(RefusedRequest, TooLargeHeadsHaveTheirOwnStatus) {
  FakeSession line({.client = "GET http://a/" + std::string(2000, 'x')});
  EXPECT_TRUE(hasStatus(line, "414"));
  FakeSession head({.client = "GET http://a/ HTTP/1.1\r\nA: " + std::string(5000, 'x')});
  EXPECT_TRUE(hasStatus(head, "431"));
  EXPECT_EQ(head.end(), "close");
  expectSound(line);
  expectSound(head);
}

TEST(RefusedRequest, ThatHasPassedThroughBeforeIsALoop) {
  FakeSession session({.client = request("GET", "Via: 1.0 other, 1.1 mp-1 (x)\r\n")});
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_NE(session.clientBytes().find("Proxy-Status: mp-1; error=proxy_loop_detected\r\n"), std::string::npos);
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

TEST(OwnPage, IsServedAndTheConnectionKept) {
  FakeSession session({.client = request("GET", "Accept: text/html\r\n") + request("HEAD"), .judge = Judge::home});
  EXPECT_TRUE(hasStatus(session, "200"));
  EXPECT_NE(session.clientBytes().find("127.0.0.1:3128"), std::string::npos);
  EXPECT_EQ(session.trace(), "judge finished judge finished");
  EXPECT_EQ(session.recordLines(),
            (Lines{"#1 1 http GET http://a.example/ 200", "#2 2 http HEAD http://a.example/ 200"}));
  expectSound(session);
}

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
       {"SSH-2.0-x\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
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
  expectSound(session);
}

TEST(DeadKeptConnection, ContentThatWentOutIsNotSentTwice) {
  for (const std::string body : {"Content-Length: 1\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    FakeSession session(
        {.client = "PUT http://a.example/ HTTP/1.1\r\nHost: a\r\n" + body,
         .origins = {{.connect = Origin::Connect::reused, .then = Origin::Then::end}, {.answer = kHello}}});
    EXPECT_TRUE(hasStatus(session, "502"));
    EXPECT_EQ(session.trace(), "judge connect drop finished");
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

TEST(DeadKeptConnection, IsReplacedOnceAndByANewOne) {
  FakeSession session({.client = request("GET"),
                       .origins = {{.connect = Origin::Connect::reused, .then = Origin::Then::end},
                                   {.connect = Origin::Connect::held}}});
  EXPECT_FALSE(session.exchange().mayReuse());
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

// --- the client goes

struct State {
  std::string name;
  Script script;
  std::string origin;  // what the origin has said
  std::string trace;   // of what has been done until the state is reached
  bool hasOrigin = false;
  bool whole = false;  // the request is whole
};

// One way into each state of an exchange that has begun.
std::vector<State> states() {
  const std::string post = request("POST", "Content-Length: 9\r\n", "half");
  const std::string part = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
  const std::deque<Origin> silent{{.when = Origin::When::never}};
  const std::deque<Origin> held{{.connect = Origin::Connect::held}};
  return {
      {"head", {.client = "GET http"}, "", "", false, false},
      {"judging", {.client = request("GET"), .judge = Judge::hold}, "", "judge", false, true},
      {"connecting", {.client = request("GET"), .origins = held}, "", "judge connect", true, true},
      {"body/awaited", {.client = post, .origins = silent}, "", "judge connect", true, false},
      {"body/body", {.client = post, .origins = silent}, part, "judge connect", true, false},
      {"done/awaited", {.client = request("GET"), .origins = silent}, "", "judge connect", true, true},
      {"done/body", {.client = request("GET"), .origins = silent}, part, "judge connect", true, true},
  };
}

std::string after(const State& state, const std::string& more) {
  return state.trace + (state.trace.empty() ? "" : " ") + more;
}

TEST(FailingClient, InEachStateEverythingIsReleasedAndNothingMoreIsSaid) {
  for (const State& state : states()) {
    SCOPED_TRACE(state.name);
    FakeSession session(state.script);
    session.origin(state.origin);
    const std::size_t said = session.clientBytes().size();
    session.clientFails(Reason::client_reset);
    EXPECT_EQ(session.trace(), after(state, state.hasOrigin ? "drop finished close" : "finished close"));
    EXPECT_EQ(session.records()[0].reason, Reason::client_reset);
    EXPECT_EQ(session.records()[0].ended_by, Side::client);
    EXPECT_EQ(session.clientBytes().size(), said);
    // What is still on its way changes nothing.
    session.clientFails(Reason::client_reset);
    session.exchange().originEnded({});
    session.exchange().originBroken(Reason::connection_terminated, 0, {});
    session.exchange().fromOrigin("HTTP/1.1 200 OK\r\n\r\nx", {});
    session.exchange().deadlinePassed({}, {});
    session.stop();
    EXPECT_EQ(session.records().size(), 1U);
    expectSound(session);
  }
}

TEST(FailingClient, BetweenTwoRequestsNothingIsNoted) {
  FakeSession session({.client = request("GET"), .origins = {{.answer = kHello}}});
  session.clientFails(Reason::client_reset);
  EXPECT_EQ(session.trace(), "judge connect keep finished close");
  expectSound(session);
}

TEST(FailingClient, WhileTheEndOfItsAnswerIsWrittenIsNotedOnce) {
  IdSource ids;
  Exchange exchange(FakeSession::policy(), ids, {});
  const std::string bytes = request("GET");
  exchange.fromClient(bytes, {});
  ASSERT_EQ(exchange.next().kind, Action::Kind::judge);
  exchange.serveHome({}, {});
  ASSERT_EQ(exchange.next().kind, Action::Kind::send_client);
  exchange.clientFailed(Reason::client_reset, {});  // the write has failed
  ASSERT_EQ(exchange.next().kind, Action::Kind::finished);
  EXPECT_EQ(exchange.record().reason, Reason::client_reset);
  EXPECT_EQ(exchange.next().kind, Action::Kind::close_client);
  EXPECT_EQ(exchange.next().kind, Action::Kind::none);
}

TEST(EndingClient, InEachStateIsAnAbortWhereTheRequestIsNotWhole) {
  for (const State& state : states()) {
    SCOPED_TRACE(state.name);
    FakeSession session(state.script);
    session.origin(state.origin);
    session.clientEnds();
    if (state.whole) {
      EXPECT_EQ(session.trace(), state.trace);
    } else {
      EXPECT_EQ(session.trace(), after(state, state.hasOrigin ? "drop finished close" : "finished close"));
      EXPECT_EQ(session.records()[0].reason, Reason::client_closed);
    }
    expectSound(session);
  }
}

TEST(EndingClient, WhileTheConnectRunsIsAnAbortIfContentIsMissing) {
  for (const std::string fields : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
    FakeSession session({.client = request("POST", fields), .origins = {{.connect = Origin::Connect::held}}});
    session.clientEnds();
    EXPECT_EQ(session.trace(), "judge connect drop finished close");
    expectSound(session);
  }
}

TEST(EndingClient, BetweenTwoRequestsIsClosed) {
  FakeSession fresh;
  fresh.clientEnds();
  EXPECT_EQ(fresh.trace(), "close");
  FakeSession session({.client = request("GET"), .origins = {{.answer = kHello}}});
  session.clientEnds();
  EXPECT_EQ(session.trace(), "judge connect keep finished close");
  expectSound(session);
}

// --- the daemon stops

TEST(StoppingDaemon, LetsTheExchangeEndAndTakesNoNext) {
  for (const State& state : states()) {
    if (!state.whole) continue;
    SCOPED_TRACE(state.name);
    Script script = state.script;
    script.client += request("GET");
    FakeSession session(script);
    session.origin(state.origin);
    session.stop();
    EXPECT_EQ(session.trace(), state.trace);
    if (state.name == "judging") session.judged(Judge::allow);
    if (!session.originBytes().empty() || state.name == "done/body") {
      session.origin(state.origin.empty() ? kHello : "stop!");
    } else {
      session.ready();
      session.origin(kHello);
    }
    EXPECT_EQ(session.end(), "close");
    EXPECT_EQ(session.records().size(), 1U);
    EXPECT_EQ(session.records()[0].reason, Reason::none);
    EXPECT_EQ(saysClose(session), state.origin.empty());
    expectSound(session);
  }
}

TEST(StoppingDaemon, ClosesIdleConnectionsAtOnce) {
  FakeSession fresh;
  fresh.stop();
  EXPECT_EQ(fresh.trace(), "close");
  FakeSession session({.client = request("GET"), .origins = {{.answer = kHello}}});
  EXPECT_TRUE(session.exchange().idle());
  session.stop();
  EXPECT_EQ(session.trace(), "judge connect keep finished close");
  expectSound(session);
}

TEST(StoppingDaemon, AHeadThatHasBegunIsStillServed) {
  FakeSession session({.client = request("GET").substr(0, 20), .origins = {{.answer = kHello}}});
  session.stop();
  session.client(request("GET").substr(20));
  EXPECT_EQ(session.clientText(), kHelloLast);
  EXPECT_EQ(session.end(), "close");
  expectSound(session);
}

TEST(StoppingDaemon, UploadIsFinishedToo) {
  FakeSession session({.origins = {{.answer = kHello}}});
  session.client(request("POST", "Content-Length: 5\r\n", "he"));
  session.stop();
  session.client("llo");
  EXPECT_EQ(session.clientText(), kHelloLast);
  EXPECT_EQ(session.trace(), "judge connect keep finished close");
  expectSound(session);
}

}  // namespace
}  // namespace megaphone::proxy
