// A change of protocol through the exchange: offered, accepted, refused, and wrongly accepted.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

const std::string kOffer = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
const std::string kAccepted =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";
const std::string kAcceptedOut =
    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Via: 1.1 mp-1\r\n\r\n";
const std::string kOfferOut =
    "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nVia: 1.1 mp-1\r\n\r\n";

TEST(ProtocolChange, MakesATunnelOfBothConnections) {
  for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
    FakeSession session({.client = request("GET", kOffer), .origins = {{.answer = kAccepted}}}, cut);
    EXPECT_EQ(session.originBytes()[0], kOfferOut);
    EXPECT_EQ(session.clientBytes(), kAcceptedOut);
    EXPECT_EQ(session.trace(), "judge connect tunnel");
    EXPECT_EQ(session.exchange().record().status, 101);
    expectSound(session);
  }
}

TEST(ProtocolChange, WhatTheOriginSaysAtOnceFollowsTheHead) {
  FakeSession session({.client = request("GET", kOffer), .origins = {{.answer = kAccepted + "\x81\x02hi"}}});
  EXPECT_EQ(session.clientBytes(), kAcceptedOut + "\x81\x02hi");
  EXPECT_EQ(session.exchange().record().client_out, session.clientBytes().size());
  expectSound(session);
}

TEST(ProtocolChange, WhatTheClientSentEarlyIsLeftForTheTunnel) {
  FakeSession session({.client = request("GET", kOffer) + "\x81\x02hi", .origins = {{.answer = kAccepted}}});
  EXPECT_EQ(session.end(), "tunnel");
  EXPECT_EQ(session.exchange().clientRest(), "\x81\x02hi");
  EXPECT_EQ(session.originBytes()[0], kOfferOut);
}

TEST(ProtocolChange, ComesBehindTheContentOfItsRequest) {
  FakeSession session({.client = request("POST", kOffer + "Content-Length: 5\r\n", "hello"),
                       .origins = {{.answer = "HTTP/1.1 100 Continue\r\n\r\n" + kAccepted}}});
  EXPECT_EQ(session.end(), "tunnel");
  expectSound(session);
}

TEST(ProtocolChange, RefusedIsAnOrdinaryAnswer) {
  FakeSession session(
      {.client = request("GET", kOffer) + request("GET"),
       .origins = {{.answer = "HTTP/1.1 426 Upgrade Required\r\nConnection: upgrade\r\nUpgrade: other\r\n"
                              "Content-Length: 0\r\n\r\n"},
                   {.answer = kHello}}});
  EXPECT_EQ(session.clientText(),
            "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nVia: 1.1 mp-1\r\n\r\n" + kHelloOut);
  EXPECT_EQ(session.trace(), "judge connect keep finished judge connect keep finished");
  expectSound(session);
}

TEST(ProtocolChange, IsOfferedToNobodyForAnHttp10ClientOrWithoutConnection) {
  for (const std::string& text : {"GET http://a.example/ HTTP/1.0\r\nHost: a.example\r\n" + kOffer + "\r\n",
                                  request("GET", "Upgrade: websocket\r\n"), request("GET", "Connection: upgrade\r\n"),
                                  request("GET",
                                          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                                          "HTTP2-Settings: AAMAAABkAAQAAP__\r\n")}) {
    FakeSession session({.client = text, .origins = {{.answer = kAccepted}}});
    EXPECT_EQ(session.originBytes()[0].find("pgrade"), std::string::npos) << text;
    EXPECT_EQ(session.originBytes()[0].find("Connection"), std::string::npos) << text;
    EXPECT_TRUE(hasStatus(session, "502"));
    EXPECT_EQ(session.records()[0].reason, Reason::http_upgrade_failed);
    expectSound(session);
  }
}

TEST(ProtocolChange, ToWhatWasNotOfferedIsRefused) {
  for (const std::string fields : {"Upgrade: other\r\n", "Upgrade: websocket, other\r\n", ""}) {
    FakeSession session({.client = request("GET", kOffer),
                         .origins = {{.answer = "HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n"}}});
    EXPECT_TRUE(hasStatus(session, "502")) << fields;
    EXPECT_EQ(session.trace(), "judge connect drop finished");
    expectSound(session);
  }
}

TEST(ProtocolChange, ToOneOfSeveralIsAccepted) {
  FakeSession session(
      {.client = request("GET", "Connection: upgrade, x\r\nUpgrade: a/1, WebSocket\r\nUpgrade: b\r\nX: 1\r\n"),
       .origins = {{.answer = kAccepted}}});
  EXPECT_NE(session.originBytes()[0].find("Upgrade: a/1, WebSocket, b\r\n"), std::string::npos);
  EXPECT_EQ(session.end(), "tunnel");
}

TEST(ProtocolChange, BeforeTheRequestIsWholeIsRefused) {
  FakeSession session({.client = request("POST", kOffer + "Content-Length: 5\r\n", "he"),
                       .origins = {{.answer = kAccepted, .when = Origin::When::head}}});
  EXPECT_TRUE(hasStatus(session, "502"));
  EXPECT_TRUE(saysClose(session));
  expectSound(session);
}

}  // namespace
}  // namespace megaphone::proxy
