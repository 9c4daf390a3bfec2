// What becomes of a connection to an origin behind an exchange: whom it may serve, and for how long.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

std::string ok(const std::string& fields = "") { return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 0\r\n\r\n"; }

std::string unauthorized(const std::string& fields) {
  return "HTTP/1.1 401 Unauthorized\r\n" + fields + "Content-Length: 0\r\n\r\n";
}

// The bond behind that request and that answer.
Bond bondOf(const std::string& text, const std::string& answer) {
  FakeSession session({.client = text, .origins = {{.answer = answer}}});
  EXPECT_EQ(session.trace(), "judge connect keep finished") << text << answer;
  expectSound(session);
  return session.exchange().originBond();
}

TEST(OriginBond, OrdinaryExchangesLeaveNone) {
  for (const std::string method : {"GET", "HEAD", "POST", "OPTIONS"}) {
    EXPECT_EQ(bondOf(request(method), ok()), Bond::none);
  }
  EXPECT_EQ(bondOf(request("GET", "Authorization: Basic TlRMTQ==\r\n"), ok()), Bond::none);
  EXPECT_EQ(bondOf(request("GET", "Authorization: Bearer Negotiate.x\r\n"), ok()), Bond::none);
  EXPECT_EQ(bondOf(request("GET"), unauthorized("WWW-Authenticate: Basic realm=\"a, NTLM\", Digest qop=\"x\"\r\n")),
            Bond::none);
}

TEST(OriginBond, LoginOfTheConnectionInTheRequest) {
  for (const std::string field :
       {"Authorization: NTLM TlRM", "authorization: negotiate YII=", "Authorization: Kerberos x",
        "Authorization: Nego2 x", "Proxy-Authorization: NTLM x"}) {
    EXPECT_EQ(bondOf(request("GET", field + "\r\n"), ok()), Bond::login) << field;
  }
}

TEST(OriginBond, LoginOfTheConnectionInTheAnswer) {
  for (const std::string field :
       {"WWW-Authenticate: NTLM", "WWW-Authenticate: Negotiate, NTLM", "WWW-Authenticate: Basic realm=\"a\", NTLM",
        "WWW-Authenticate: Basic realm=\"a\" NTLM", "WWW-Authenticate: Basic realm=\"a, NTLM",
        "WWW-Authenticate: Basic realm=\"\\\"\",Negotiate", "www-authenticate: Digest qop=x\r\nWWW-Authenticate: ntlm",
        "Proxy-Authenticate: NTLM", "Authentication-Info: Negotiate x"}) {
    EXPECT_EQ(bondOf(request("GET"), unauthorized(field + "\r\n")), Bond::login) << field;
  }
  EXPECT_EQ(bondOf(request("GET"), "HTTP/1.1 103 Early Hints\r\nWWW-Authenticate: NTLM\r\n\r\n" + ok()), Bond::login);
}

TEST(OriginBond, ClientIsToldThatTheConnectionIsItsOwn) {
  const std::string told = "Proxy-Support: Session-Based-Authentication\r\nConnection: Proxy-Support\r\n";
  FakeSession offer(
      {.client = request("GET"), .origins = {{.answer = unauthorized("WWW-Authenticate: Negotiate\r\n")}}});
  EXPECT_NE(offer.clientBytes().find(told), std::string::npos);
  FakeSession none({.client = request("GET", "Authorization: NTLM x\r\n"), .origins = {{.answer = ok()}}});
  EXPECT_EQ(none.clientBytes().find("Proxy-Support"), std::string::npos);
}

TEST(OriginBond, ProxySupportOfTheOriginEndsHere) {
  FakeSession session(
      {.client = request("GET", "Proxy-Support: a\r\n"), .origins = {{.answer = ok("Proxy-Support: b\r\n")}}});
  EXPECT_EQ(session.clientBytes().find("Proxy-Support"), std::string::npos);
  EXPECT_EQ(session.originTexts()[0].find("Proxy-Support"), std::string::npos);
}

TEST(OriginBond, ContentOrARefusedOfferLeavesItToTheSession) {
  EXPECT_EQ(bondOf(request("POST", "Content-Length: 2\r\n", "ab"), ok()), Bond::session);
  EXPECT_EQ(bondOf(request("GET", "Content-Length: 2\r\n", "ab"), ok()), Bond::session);
  EXPECT_EQ(bondOf(request("PUT", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), ok()), Bond::session);
  EXPECT_EQ(bondOf(request("POST", "Content-Length: 0\r\n"), ok()), Bond::none);
  EXPECT_EQ(bondOf(request("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\n"), ok()), Bond::session);
}

TEST(OriginBond, NeverLoosens) {
  for (const Bond bond : {Bond::session, Bond::login}) {
    FakeSession session(
        {.client = request("GET"), .origins = {{.connect = Origin::Connect::reused, .answer = ok(), .bond = bond}}});
    EXPECT_EQ(session.trace(), "judge connect keep finished");
    EXPECT_EQ(session.exchange().originBond(), bond);
  }
}

TEST(OriginLasts, AsLongAsKeepAliveSaysButForAMargin) {
  using std::chrono::milliseconds;
  const auto lasts = [](const std::string& fields) {
    FakeSession session({.client = request("GET"), .origins = {{.answer = ok(fields)}}});
    EXPECT_EQ(session.trace(), "judge connect keep finished") << fields;
    return session.exchange().originLasts();
  };
  EXPECT_EQ(lasts(""), Duration::max());
  EXPECT_EQ(lasts("Keep-Alive: timeout=5\r\n"), milliseconds(4000));
  EXPECT_EQ(lasts("Keep-Alive: max=99 , Timeout = \"1\"\r\n"), milliseconds(500));
  EXPECT_EQ(lasts("Keep-Alive: timeout=60\r\nKeep-Alive: timeout=5\r\n"), milliseconds(4000));
  EXPECT_EQ(lasts("Connection: keep-alive, timeout=15\r\n"), milliseconds(14000));
  EXPECT_EQ(lasts("Keep-Alive: timeout=-1, timeout=x, max\r\n"), Duration::max());
}

TEST(OriginLasts, NoRequestMoreClosesIt) {
  for (const std::string field : {"Keep-Alive: timeout=0", "Keep-Alive: timeout=5, max=0"}) {
    FakeSession session({.client = request("GET"), .origins = {{.answer = ok(field + "\r\n")}}});
    EXPECT_EQ(session.trace(), "judge connect drop finished") << field;
  }
}

TEST(NewOrigin, IsAwaitedUntilItBeginsToAnswer) {
  for (const std::string begin : {"HTTP/1.1 103 Early\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"}) {
    FakeSession session({.origins = {{.when = Origin::When::never}}});
    EXPECT_FALSE(session.exchange().awaitsNewOrigin());
    session.client(request("POST", "Content-Length: 2\r\n", "a"));
    EXPECT_TRUE(session.exchange().awaitsNewOrigin());
    session.client("b");
    EXPECT_TRUE(session.exchange().awaitsNewOrigin());
    session.origin(begin);
    EXPECT_FALSE(session.exchange().awaitsNewOrigin());
  }
  FakeSession kept(
      {.client = request("GET"), .origins = {{.connect = Origin::Connect::reused, .when = Origin::When::never}}});
  EXPECT_FALSE(kept.exchange().awaitsNewOrigin());
}

const std::string kLate = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";

TEST(LateTimeout, RequestThatMayBeRepeatedGoesOutOnANewConnection) {
  for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
    FakeSession session({.client = request("GET"),
                         .origins = {{.connect = Origin::Connect::reused, .answer = kLate}, {.answer = kHello}}},
                        cut);
    EXPECT_EQ(session.trace(), "judge connect drop connect keep finished");
    EXPECT_EQ(session.clientText(), kHelloOut);
    EXPECT_EQ(session.originTexts()[1], session.originTexts()[0]);
    expectSound(session);
  }
}

TEST(LateTimeout, OtherRequestsFindTheirConnectionLost) {
  FakeSession session({.client = request("POST", "Content-Length: 2\r\n", "ab"),
                       .origins = {{.connect = Origin::Connect::reused, .answer = kLate}}});
  EXPECT_EQ(session.trace(), "judge connect drop finished");
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_EQ(session.records()[0].reason, Reason::kept_connection_lost);
  expectSound(session);
}

TEST(LateTimeout, IsAnAnswerWhereItCanBeMeant) {
  FakeSession fresh({.client = request("GET"), .origins = {{.answer = kLate}}});
  FakeSession again({.client = request("GET"),
                     .origins = {{.connect = Origin::Connect::reused, .answer = kLate}, {.answer = kLate}}});
  FakeSession seen({.client = request("GET"),
                    .origins = {{.connect = Origin::Connect::reused, .answer = "HTTP/1.1 103 Early\r\n\r\n" + kLate}}});
  FakeSession slow({.origins = {{.connect = Origin::Connect::reused, .answer = kLate, .when = Origin::When::head}}});
  slow.client(request("POST", "Content-Length: 9\r\n", "half"));
  for (FakeSession* session : {&fresh, &again, &seen, &slow}) {
    EXPECT_NE(session->clientBytes().find("HTTP/1.1 408 "), std::string::npos);
    EXPECT_EQ(session->trace().find("keep"), std::string::npos);
  }
}

}  // namespace
}  // namespace megaphone::proxy
