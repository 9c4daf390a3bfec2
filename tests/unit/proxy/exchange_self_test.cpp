// Requests for the proxy itself, expectations, and the bounds of an exchange as a whole.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

std::string trace(const std::string& fields, const std::string& method = "TRACE") { return request(method, fields); }

TEST(MaxForwards, OfTraceAndOptionsIsCountedDown) {
  for (const std::string method : {"TRACE", "OPTIONS"}) {
    FakeSession session({.client = request(method, "A: 1\r\nMax-Forwards: 7\r\n"), .origins = {{.answer = kHello}}});
    EXPECT_NE(session.originBytes()[0].find("A: 1\r\nMax-Forwards: 6\r\n"), std::string::npos) << method;
    EXPECT_EQ(session.clientText(), kHelloOut);
    expectSound(session);
  }
}

TEST(MaxForwards, OfOtherMethodsIsLeftAlone) {
  FakeSession session({.client = request("GET", "Max-Forwards: 0\r\n"), .origins = {{.answer = kHello}}});
  EXPECT_NE(session.originBytes()[0].find("Max-Forwards: 0\r\n"), std::string::npos);
  expectSound(session);
}

TEST(MaxForwards, BeyondAllNumbersIsCutToOurGreatest) {
  FakeSession session({.client = trace("Max-Forwards: 99999999999999999999999\r\n"), .origins = {{.answer = kHello}}});
  EXPECT_NE(session.originBytes()[0].find("Max-Forwards: 4294967294\r\n"), std::string::npos);
}

TEST(MaxForwards, ThatIsNoNumberIsRefused) {
  for (const std::string value : {"", "-1", "1, 2", "0x1", "1\r\nMax-Forwards: 1"}) {
    FakeSession session({.client = trace("Max-Forwards: " + value + "\r\n")});
    EXPECT_TRUE(hasStatus(session, "400")) << value;
    EXPECT_TRUE(saysClose(session));
    expectSound(session);
  }
}

TEST(Trace, ThatGoesNoFurtherShowsWhatCameWithoutSecrets) {
  for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
    FakeSession session(
        {.client = trace("Max-Forwards: 0\r\nCookie: s\r\nAuthorization: s\r\nProxy-Authorization: s\r\nX: 1\r\n")},
        cut);
    EXPECT_TRUE(hasStatus(session, "200"));
    EXPECT_NE(session.clientBytes().find("Content-Type: message/http\r\n"), std::string::npos);
    EXPECT_TRUE(session.clientBytes().ends_with(
        "\r\n\r\nTRACE http://a.example/ HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 0\r\nX: 1\r\n\r\n"));
    EXPECT_EQ(session.trace(), "judge finished");
    expectSound(session);
  }
}

TEST(Trace, HasNoContent) {
  FakeSession session({.client = trace("Content-Length: 1\r\n") + "x"});
  EXPECT_TRUE(hasStatus(session, "400"));
  EXPECT_EQ(session.trace(), "finished close");
}

TEST(Options, ThatGoesNoFurtherTellsWhatTheProxyCan) {
  for (const std::string& text :
       {trace("Max-Forwards: 0\r\n", "OPTIONS"), std::string("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")}) {
    FakeSession session({.client = text + text});
    EXPECT_TRUE(hasStatus(session, "200"));
    EXPECT_NE(session.clientBytes().find("Allow: GET, HEAD, POST"), std::string::npos);
    EXPECT_NE(session.clientBytes().find("Content-Length: 0\r\n"), std::string::npos);
    EXPECT_EQ(session.trace(), "judge finished judge finished");
    expectSound(session);
  }
}

TEST(OwnRequest, IsJudgedLikeOthers) {
  FakeSession session({.client = trace("Max-Forwards: 0\r\n"), .judge = Judge::refuse});
  EXPECT_TRUE(hasStatus(session, "403"));
}

TEST(OwnRequest, ForAnythingButThePageIsExplained) {
  for (const std::string line : {"GET /other", "POST /", "DELETE http://megaphone.internal/"}) {
    FakeSession session({.client = line + " HTTP/1.1\r\nHost: a\r\n\r\n"});
    EXPECT_TRUE(hasStatus(session, "400")) << line;
    expectSound(session);
  }
}

TEST(OwnPage, IsToldTheAddressUnderWhichItIsAskedFor) {
  ExchangePolicy policy = FakeSession::policy();
  policy.ownNames.others = {*HostPattern::parse("proxy.lan"), *HostPattern::parse("wpad")};
  const auto answerTo = [&](const std::string& head) {
    return FakeSession({.client = head + "\r\n\r\n"}, Cut::whole, 1, policy).clientBytes();
  };
  const auto others = [&](const std::string& head) {
    const std::string bytes = answerTo(head);
    const std::size_t at = bytes.find("var others = ");
    return at == std::string::npos ? bytes : bytes.substr(at, bytes.find('\n', at) - at);
  };
  EXPECT_EQ(others("GET /proxy.pac HTTP/1.1\r\nHost: Proxy.LAN:8080"), "var others = \"PROXY proxy.lan:8080\";");
  EXPECT_EQ(others("GET /wpad.dat HTTP/1.1\r\nHost: wpad"), "var others = \"PROXY wpad:80\";");
  EXPECT_EQ(others("GET /wpad.dat HTTP/1.0"), "var others = \"PROXY 127.0.0.1:3128\";");
  EXPECT_EQ(others("GET /wpad.dat HTTP/1.1\r\nHost: megaphone.internal"), "var others = \"PROXY 127.0.0.1:3128\";");
  EXPECT_EQ(others("GET http://localhost:3128/wpad.dat HTTP/1.1\r\nHost: x"), "var others = \"PROXY localhost:3128\";");
  EXPECT_EQ(others("GET http://proxy.lan/wpad.dat HTTP/1.1\r\nHost: x"), "var others = \"PROXY proxy.lan:80\";");
  EXPECT_EQ(others("GET http://megaphone.internal/proxy.pac HTTP/1.1\r\nHost: megaphone.internal"),
            "var others = \"PROXY 127.0.0.1:3128\";");
}

// Else a site whose name leads to our address all of a sudden could read them.
TEST(OwnPage, IsAnsweredUnderOurNamesAlone) {
  for (const std::string host : {"127.0.0.1:3128", "localhost:3128", "LocalHost:3128", "megaphone.internal", ""}) {
    FakeSession page({.client = "GET /why HTTP/1.1\r\nHost: " + host + "\r\n\r\n"});
    EXPECT_TRUE(hasStatus(page, "200")) << host;
    expectSound(page);
  }
  for (const std::string host : {"evil.example:3128", "evil.example", "localhost", "localhost:80", "127.0.0.1",
                                 "127.0.0.1:80", "127.0.0.1.evil.example:3128", "a.localhost:3128", "10.0.0.1:3128",
                                 "[::1]:3128", "megaphone.internal.evil.example", "a;b:3128", "a%2eb:3128"}) {
    for (const std::string path : {"/", "/why", "/setup", "/proxy.pac", "/wpad.dat"}) {
      FakeSession page({.client = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"});
      EXPECT_TRUE(hasStatus(page, "400")) << host;
      EXPECT_NE(page.clientBytes().find("http://127.0.0.1:3128/"), std::string::npos) << page.clientBytes();
      expectSound(page);
    }
  }
}

TEST(OwnPage, IsThereByItsUrlToo) {
  for (const std::string at : {"127.0.0.1:3128", "localhost:3128"}) {
    FakeSession page({.client = "GET http://" + at + "/why HTTP/1.1\r\nHost: " + at + "\r\n\r\n"});
    EXPECT_TRUE(hasStatus(page, "200")) << at;
    EXPECT_EQ(page.trace(), "judge finished");
    expectSound(page);
  }
  for (const std::string line :
       {"GET http://127.0.0.1:3129/why", "GET http://10.0.0.1:3128/why", "POST http://127.0.0.1:3128/why",
        "GET http://evil.example:3128/why", "GET http://127.0.0.1:3128/other", "GET http://localhost:3128/why/"}) {
    FakeSession other({.client = line + " HTTP/1.1\r\nHost: a\r\n\r\n", .origins = {{.answer = kHello}}});
    EXPECT_EQ(other.clientText(), kHelloOut) << line;
  }
}

TEST(OwnPage, OfAnyPathIsThereByNameButNotByTls) {
  FakeSession page({.client = "GET http://megaphone.internal/other HTTP/1.1\r\nHost: megaphone.internal\r\n\r\n"});
  EXPECT_TRUE(hasStatus(page, "200"));
  FakeSession tunnel({.client = "CONNECT megaphone.internal:443 HTTP/1.1\r\nHost: megaphone.internal:443\r\n\r\n"});
  EXPECT_TRUE(hasStatus(tunnel, "400"));
  EXPECT_EQ(tunnel.trace(), "judge finished close");
}

TEST(RefusedConnect, NamesThePageThatABrowserShows) {
  ExchangePolicy policy = FakeSession::policy();
  policy.keepsFailures = true;
  const std::string details = "; http://megaphone.internal/why tells more\"\r\n";
  const std::string connect = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
  FakeSession refused({.client = connect, .judge = Judge::refuse}, Cut::whole, 1, policy);
  EXPECT_NE(refused.clientBytes().find(details), std::string::npos);
  FakeSession shown({.client = request("GET"), .judge = Judge::refuse}, Cut::whole, 1, policy);
  EXPECT_EQ(shown.clientBytes().find("tells more"), std::string::npos);
  FakeSession without({.client = connect, .judge = Judge::refuse});
  EXPECT_EQ(without.clientBytes().find("tells more"), std::string::npos);
}

TEST(OwnAnswer, HasADate) {
  FakeSession session({.client = request("GET"), .judge = Judge::refuse});
  EXPECT_NE(session.clientBytes().find("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos);
}

TEST(ForwardedAnswer, GetsADateWhereItHasNone) {
  FakeSession without({.client = request("GET"), .origins = {{.answer = kHello}}});
  EXPECT_NE(without.clientBytes().find("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos);
  FakeSession with({.client = request("GET"),
                    .origins = {{.answer = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ndate: x\r\n\r\n"}}});
  EXPECT_EQ(with.clientBytes().find("1994"), std::string::npos);
}

TEST(Expectation, OtherThanContinueIsRefused) {
  for (const std::string value : {"200-ok", "100-continue, more", "100-continue=1"}) {
    FakeSession session({.client = request("GET", "Expect: " + value + "\r\n")});
    EXPECT_TRUE(hasStatus(session, "417")) << value;
    EXPECT_EQ(session.trace(), "finished");
    expectSound(session);
  }
}

TEST(Expectation, OfAnHttp10ClientIsIgnoredAndGoesNoFurther) {
  FakeSession session({.client = "PUT http://a.example/ HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
                       .origins = {{.answer = kHello}}});
  EXPECT_EQ(session.originBytes()[0].find("Expect"), std::string::npos);
  EXPECT_TRUE(hasStatus(session, "200"));
}

TEST(InterimAnswers, AreForwardedUpToARate) {
  const std::string one = "HTTP/1.1 102 Processing\r\n\r\n";
  std::string many;
  for (int i = 0; i < 100; ++i) many += one;
  FakeSession enough({.client = request("GET"), .origins = {{.answer = many + kHello}}});
  EXPECT_TRUE(enough.clientText().ends_with(kHelloOut));
  FakeSession flood({.client = request("GET"), .origins = {{.answer = many + one}}});
  EXPECT_EQ(flood.records()[0].reason, Reason::http_protocol_error);
  EXPECT_EQ(flood.records()[0].status, 502);
  expectSound(flood);
}

TEST(InterimAnswers, AreForwardedForHours) {
  FakeSession session({.client = request("GET"), .origins = {{.when = Origin::When::never}}});
  for (int i = 0; i < 2000; ++i) {
    session.passes(std::chrono::seconds(3));
    session.origin("HTTP/1.1 102 Processing\r\n\r\n");
  }
  session.origin(kHello);
  EXPECT_TRUE(session.clientText().ends_with(kHelloOut));
  expectSound(session);
}

TEST(InterimAnswers, OfAFloodAreCutAlsoLater) {
  FakeSession session({.client = request("GET"), .origins = {{.when = Origin::When::never}}});
  session.passes(std::chrono::seconds(2));
  std::string many;
  for (int i = 0; i < 201; ++i) many += "HTTP/1.1 103 Early Hints\r\n\r\n";
  session.origin(many);
  ASSERT_EQ(session.records().size(), 1U);
  EXPECT_EQ(session.records()[0].status, 502);
}

// --- the total time

ExchangePolicy hurried() {
  ExchangePolicy policy = FakeSession::policy();
  policy.totalTimeout = std::chrono::seconds(40);
  return policy;
}

TEST(TotalTime, EndsABusyAnswerVisibly) {
  const ExchangePolicy policy = hurried();
  FakeSession session({.client = request("GET"), .origins = {{.when = Origin::When::never}}}, Cut::whole, 1, policy);
  session.origin("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nh");
  session.passes(std::chrono::seconds(29));
  session.origin("a");
  session.deadline();
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  EXPECT_EQ(session.recordLines()[0], "#1 1 http GET http://a.example/ 200 exchange_timeout daemon");
  expectSound(session);
}

TEST(TotalTime, BeforeAnAnswerIsAGatewayTimeout) {
  const ExchangePolicy policy = hurried();
  FakeSession session({.client = request("GET"), .origins = {{.connect = Origin::Connect::held}}}, Cut::whole, 1,
                      policy);
  session.deadline();
  EXPECT_TRUE(hasStatus(session, "504"));
  EXPECT_EQ(session.records()[0].reason, Reason::exchange_timeout);
  EXPECT_EQ(session.trace(), "judge connect drop finished");
  expectSound(session);
}

TEST(TotalTime, BeginsAnewWithEachRequest) {
  const ExchangePolicy policy = hurried();
  FakeSession session({.client = request("GET"), .origins = {{.answer = kHello}}}, Cut::whole, 1, policy);
  session.passes(std::chrono::seconds(39));
  session.client(request("GET"));
  session.passes(std::chrono::seconds(39));
  EXPECT_EQ(session.records().size(), 1U);
  expectSound(session);
}

}  // namespace
}  // namespace megaphone::proxy
