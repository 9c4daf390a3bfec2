// CONNECT through the exchange, up to the tunnel or the refusal.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

const std::string kConnect = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
const std::string kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

TEST(ExchangeConnect, BecomesATunnel) {
  for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
    FakeSession session({.client = kConnect, .origins = {{}}}, cut);
    EXPECT_EQ(session.clientBytes(), kEstablished);
    EXPECT_EQ(session.originBytes(), std::vector<std::string>{""});
    EXPECT_EQ(session.trace(), "judge connect tunnel");
    EXPECT_TRUE(session.exchange().isConnect());
    EXPECT_EQ(session.exchange().target().key, "a.example:443");
    const record::ExchangeRecord& record = session.exchange().record();
    EXPECT_EQ(record.kind, record::Kind::connect);
    EXPECT_EQ(record.status, 200);
    EXPECT_EQ(record.client_in, kConnect.size());
    EXPECT_EQ(record.client_out, kEstablished.size());
    EXPECT_EQ(record.client_request, 1U);
    expectSound(session);
  }
}

TEST(ExchangeConnect, BytesThatCameEarlyAreLeftForTheTunnel) {
  FakeSession session({.client = kConnect + "\x16\x03\x01 hello", .origins = {{.connect = Origin::Connect::held}}});
  EXPECT_FALSE(session.exchange().takesClient());
  EXPECT_EQ(session.exchange().clientRest(), "\x16\x03\x01 hello");
  session.ready();
  EXPECT_EQ(session.end(), "tunnel");
  EXPECT_EQ(session.exchange().clientRest(), "\x16\x03\x01 hello");
  EXPECT_EQ(session.exchange().record().client_in, kConnect.size());
  expectSound(session);
}

TEST(ExchangeConnect, TheTimeBeforeTheTunnelIsInItsRecord) {
  FakeSession session({.client = kConnect, .origins = {{.connect = Origin::Connect::held}}});
  session.passes(std::chrono::seconds(3));
  session.ready();
  EXPECT_EQ(session.exchange().record().total, std::chrono::seconds(3));
}

TEST(ExchangeConnect, NeverTakesAKeptConnection) {
  FakeSession session({.client = kConnect, .origins = {{.connect = Origin::Connect::held}}});
  EXPECT_EQ(session.exchange().reuse(), Reuse::none);
}

TEST(ExchangeConnect, AnEmptyBodyThatIsToldIsNoBody) {
  FakeSession session(
      {.client = "CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", .origins = {{}}});
  EXPECT_EQ(session.end(), "tunnel");
}

TEST(ExchangeConnect, Http10MayAskForATunnel) {
  FakeSession session({.client = "CONNECT a.example:443 HTTP/1.0\r\n\r\n", .origins = {{}}});
  EXPECT_EQ(session.end(), "tunnel");
}

TEST(ExchangeConnect, FailureIsAnsweredAndEndsTheConnectionForEarlyBytesAreNoRequest) {
  const Error error{Reason::connection_timeout, Side::origin, 0, "a.example:443"};
  FakeSession failed(
      {.client = kConnect + request("GET"), .origins = {{.connect = Origin::Connect::failed, .failure = error}}});
  EXPECT_TRUE(failed.clientBytes().starts_with("HTTP/1.1 504 Gateway Timeout\r\n"));
  EXPECT_EQ(failed.trace(), "judge connect finished close");
  EXPECT_EQ(failed.recordLines(),
            std::vector<std::string>{"#1 1 connect CONNECT a.example:443 504 connection_timeout origin"});
  expectSound(failed);
  FakeSession refused({.client = kConnect + request("GET"), .judge = Judge::refuse});
  EXPECT_EQ(refused.trace(), "judge finished close");
  expectSound(refused);
}

TEST(ExchangeConnect, ComesAfterForwardedRequestsToo) {
  FakeSession session({.client = request("GET") + kConnect, .origins = {{.answer = kHello}, {}}});
  EXPECT_TRUE(session.clientBytes().ends_with("hello" + kEstablished));
  EXPECT_EQ(session.exchange().record().id, 2U);
  EXPECT_EQ(session.exchange().record().client_request, 2U);
  expectSound(session);
}

TEST(ExchangeConnect, ClientThatGoesWhileTheConnectRunsCancelsIt) {
  FakeSession session({.client = kConnect, .origins = {{.connect = Origin::Connect::held}}});
  session.clientFails(Reason::client_reset);
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  expectSound(session);
}

TEST(ExchangeConnect, ClientThatEndsWhileTheConnectRunsStillGetsItsTunnel) {
  FakeSession session({.client = kConnect, .origins = {{.connect = Origin::Connect::held}}});
  session.clientEnds();
  session.ready();
  EXPECT_EQ(session.end(), "tunnel");
  expectSound(session);
}

}  // namespace
}  // namespace megaphone::proxy
