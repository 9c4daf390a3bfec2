// The client goes, or the daemon stops, in each state of an exchange.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

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
  FakeSurroundings environment;
  Exchange exchange(FakeSession::policy(), environment, {});
  const std::string bytes = "GET / HTTP/1.1\r\nHost: megaphone.internal\r\n\r\n";
  exchange.fromClient(bytes, {});
  ASSERT_EQ(exchange.next().kind, Action::Kind::judge);
  exchange.answerAsUs({}, {});
  ASSERT_EQ(exchange.next().kind, Action::Kind::send_client);
  exchange.clientFailed(Reason::client_reset, {});  // the write has failed
  ASSERT_EQ(exchange.next().kind, Action::Kind::finished);
  EXPECT_EQ(exchange.record().reason, Reason::client_reset);
  EXPECT_EQ(exchange.next().kind, Action::Kind::close_client);
  EXPECT_EQ(exchange.next().kind, Action::Kind::none);
}

TEST(EndingClient, InEachStateIsAnAbortWhereTheRequestIsNotWholeAndNoFinalAnswerHasBegun) {
  for (const State& state : states()) {
    SCOPED_TRACE(state.name);
    FakeSession session(state.script);
    session.origin(state.origin);
    session.clientEnds();
    if (state.whole || state.name == "body/body") {
      EXPECT_EQ(session.trace(), state.trace);
    } else {
      EXPECT_EQ(session.trace(), after(state, state.hasOrigin ? "drop finished close" : "finished close"));
      EXPECT_EQ(session.records()[0].reason, Reason::client_closed);
    }
    expectSound(session);
  }
}

TEST(EndingClient, AfterAnEarlyAnswerHasBegunStillGetsItsRest) {
  FakeSession session({.client = request("POST", "Content-Length: 9\r\n", "half"),
                       .origins = {{.answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nno",
                                    .when = Origin::When::head}}});
  session.clientEnds();
  session.origin("pe");
  EXPECT_TRUE(session.clientBytes().ends_with("\r\n\r\nnope"));
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  expectSound(session);
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

TEST(StoppingDaemon, BytesThatHaveJustComeAreStillServed) {
  for (const auto& [bytes, answered] : {std::pair{request("GET"), true}, {std::string("\r\n"), false}}) {
    FakeSession session({.origins = {{.answer = kHello}}});
    session.exchange().fromClient(bytes, {});
    session.stop();
    EXPECT_EQ(session.clientText(), answered ? kHelloLast : "");
    EXPECT_EQ(session.end(), "close");
  }
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

TEST(AbortingDaemon, InEachStateReleasesEverythingAndNothingLooksWhole) {
  for (const State& state : states()) {
    SCOPED_TRACE(state.name);
    FakeSession session(state.script);
    session.origin(state.origin);
    const std::size_t said = session.clientBytes().size();
    session.abort(Reason::daemon_stopping);
    EXPECT_EQ(session.trace(), after(state, state.hasOrigin ? "drop finished close" : "finished close"));
    EXPECT_EQ(session.clientBytes().size(), said);
    EXPECT_EQ(session.records()[0].reason, Reason::daemon_stopping);
    EXPECT_EQ(session.records()[0].ended_by, Side::daemon);
    expectSound(session);
  }
  FakeSession untilClose({.client = "GET http://a/ HTTP/1.0\r\n\r\n", .origins = {{.when = Origin::When::never}}});
  untilClose.origin("HTTP/1.1 200 OK\r\n\r\nhalf");
  untilClose.abort(Reason::daemon_stopping);
  EXPECT_EQ(untilClose.end(), "reset");
}

TEST(Exchange, IsClosedAtOnceOnlyIfNothingOfTheRequestIsStillToCome) {
  for (const State& state : states()) {
    SCOPED_TRACE(state.name);
    FakeSession session(state.script);
    EXPECT_EQ(session.exchange().mayCloseAtOnce(false), state.whole);
    EXPECT_FALSE(session.exchange().mayCloseAtOnce(true));
  }
  EXPECT_TRUE(FakeSession().exchange().mayCloseAtOnce(false));
}

}  // namespace
}  // namespace megaphone::proxy
