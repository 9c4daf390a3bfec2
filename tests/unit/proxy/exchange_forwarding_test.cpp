// Requests and answers through the exchange: rewriting, interim answers, pipelining, keep-alive on both sides.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

TEST(ExchangeForwarding, GetIsForwardedAndBothConnectionsAreKept) {
  expectThreeWays({.client = request("GET", "Accept: */*\r\n"), .origins = {{.answer = kHello}}},
                  {kHelloOut,
                   {forwarded("GET", "Accept: */*\r\n")},
                   {"#1 1 http GET http://a.example/ 200"},
                   "judge connect keep finished"});
}

TEST(ExchangeForwarding, HostComesFromTheTargetWhateverHostSaid) {
  expectThreeWays({.client = "GET HTTP://B.Example:8080?q HTTP/1.1\r\nX: 1\r\nHost: evil.example\r\n\r\n",
                   .origins = {{.answer = kHello}}},
                  {kHelloOut,
                   {"GET /?q HTTP/1.1\r\nHost: b.example:8080\r\nX: 1\r\nVia: 1.1 mp-1\r\n\r\n"},
                   {"#1 1 http GET HTTP://B.Example:8080?q 200"},
                   "judge connect keep finished"});
}

TEST(ExchangeForwarding, UserInformationAndFragmentStayBehind) {
  expectThreeWays({.client = "GET http://us:pw@a.example/t\xc3\xa9?q#f HTTP/1.1\r\nHost: us:pw@a.example\r\n\r\n",
                   .origins = {{.answer = kHello}}},
                  {kHelloOut,
                   {"GET /t%C3%A9?q HTTP/1.1\r\nHost: a.example\r\nVia: 1.1 mp-1\r\n\r\n"},
                   {"#1 1 http GET http://a.example/t%C3%A9?q 200"},
                   "judge connect keep finished"});
}

TEST(ExchangeForwarding, ProxyConnectionCloseEndsTheConnection) {
  expectThreeWays(
      {.client = request("GET", "Proxy-Connection: Close\r\n"), .origins = {{.answer = kHello}}},
      {kHelloLast, {forwarded("GET")}, {"#1 1 http GET http://a.example/ 200"}, "judge connect keep finished close"});
}

TEST(ExchangeForwarding, ViaIsLeftAwayBothWaysWhereItIsOff) {
  ExchangePolicy policy = FakeSession::policy();
  policy.forwarding.via = false;
  FakeSession session({.client = request("GET", "Via: 1.1 other\r\n"), .origins = {{.answer = kHello}}}, Cut::whole, 1,
                      policy);
  EXPECT_EQ(session.originBytes()[0], "GET / HTTP/1.1\r\nHost: a.example\r\nVia: 1.1 other\r\n\r\n");
  EXPECT_EQ(session.clientBytes().find("Via"), std::string::npos) << session.clientBytes();
  FakeSession loop({.client = request("GET", "Via: 1.1 mp-1\r\n")}, Cut::whole, 1, policy);
  EXPECT_EQ(loop.records()[0].reason, Reason::proxy_loop_detected);
}

TEST(ExchangeForwarding, HopByHopFieldsStayOnTheirHop) {
  expectThreeWays(
      {.client = request("GET",
                         "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\n"
                         "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\nUpgrade: h2c\r\nB: 2\r\n"),
       .origins = {{.answer = "HTTP/1.1 200 OK\r\nConnection: X-Its\r\nX-Its: 1\r\nKeep-Alive: 5\r\n"
                              "Content-Length: 0\r\nC: 3\r\n\r\n"}}},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nC: 3\r\nVia: 1.1 mp-1\r\n\r\n",
       {forwarded("GET", "B: 2\r\n")},
       {"#1 1 http GET http://a.example/ 200"},
       "judge connect keep finished"});
}

TEST(ExchangeForwarding, HeadAnswerHasALengthAndNoBody) {
  expectThreeWays({.client = request("HEAD") + request("GET"),
                   .origins = {{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"}, {.answer = kHello}}},
                  {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nVia: 1.1 mp-1\r\n\r\n" + kHelloOut,
                   {forwarded("HEAD"), forwarded("GET")},
                   {"#1 1 http HEAD http://a.example/ 200", "#2 2 http GET http://a.example/ 200"},
                   "judge connect keep finished judge connect keep finished"});
}

TEST(ExchangeForwarding, AnswersThatHaveNoBodyEndWithTheirHead) {
  for (const std::string status : {"204 No Content", "304 Not Modified"}) {
    expectThreeWays({.client = request("GET"), .origins = {{.answer = "HTTP/1.1 " + status + "\r\nE: 1\r\n\r\n"}}},
                    {"HTTP/1.1 " + status + "\r\nE: 1\r\nVia: 1.1 mp-1\r\n\r\n",
                     {forwarded("GET")},
                     {"#1 1 http GET http://a.example/ " + status.substr(0, 3)},
                     "judge connect keep finished"});
  }
}

TEST(ExchangeForwarding, ClientThatSaysCloseIsClosedAfterItsAnswer) {
  expectThreeWays(
      {.client = request("GET", "Connection: close\r\n"), .origins = {{.answer = kHello}}},
      {kHelloLast, {forwarded("GET")}, {"#1 1 http GET http://a.example/ 200"}, "judge connect keep finished close"});
}

TEST(ExchangeForwarding, Http10ClientIsClosedAfterItsAnswer) {
  for (const std::string host : {"", "Host: a.example\r\n"}) {
    expectThreeWays({.client = "GET http://a.example/ HTTP/1.0\r\n" + host + "Connection: keep-alive\r\n\r\n",
                     .origins = {{.answer = kHello}}},
                    {kHelloLast,
                     {"GET / HTTP/1.1\r\nHost: a.example\r\nVia: 1.0 mp-1\r\n\r\n"},
                     {"#1 1 http GET http://a.example/ 200"},
                     "judge connect keep finished close"});
  }
}

TEST(ExchangeForwarding, OriginThatDoesNotPersistIsClosed) {
  const std::string client = "Content-Length: 5\r\nVia: 1.1 mp-1\r\n\r\nhello";
  expectThreeWays({.client = request("GET"),
                   .origins = {{.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"}}},
                  {"HTTP/1.1 200 OK\r\n" + client,
                   {forwarded("GET")},
                   {"#1 1 http GET http://a.example/ 200"},
                   "judge connect drop finished"});
  expectThreeWays({.client = request("GET"), .origins = {{.answer = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"}}},
                  {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.0 mp-1\r\n\r\nok",
                   {forwarded("GET")},
                   {"#1 1 http GET http://a.example/ 200"},
                   "judge connect drop finished"});
}

TEST(ExchangeForwarding, Http10OriginThatSaysKeepAliveIsKept) {
  expectThreeWays({.client = request("GET"),
                   .origins = {{.answer = "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok"}}},
                  {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nVia: 1.0 mp-1\r\n\r\nok",
                   {forwarded("GET")},
                   {"#1 1 http GET http://a.example/ 200"},
                   "judge connect keep finished"});
}

TEST(ExchangeForwarding, OriginThatSaysMoreThanItsAnswerIsNotKeptAndItsWordsAreServedToNobody) {
  expectWhole({.client = request("GET"), .origins = {{.answer = kHello + "HTTP/1.1 200 OK\r\n\r\nevil"}}},
              {kHelloOut, {forwarded("GET")}, {"#1 1 http GET http://a.example/ 200"}, "judge connect drop finished"});
}

TEST(ExchangeForwarding, InterimAnswersGoToHttp11Clients) {
  expectThreeWays({.client = request("GET"),
                   .origins = {{.answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 3\r\n\r\n"
                                          "HTTP/1.1 102 Processing\r\n\r\n" +
                                          kHello}}},
                  {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nVia: 1.1 mp-1\r\n\r\nHTTP/1.1 102 Processing\r\nVia: 1.1 "
                   "mp-1\r\n\r\n" +
                       kHelloOut,
                   {forwarded("GET")},
                   {"#1 1 http GET http://a.example/ 200"},
                   "judge connect drop finished"});
}

TEST(ExchangeForwarding, InterimAnswersAreKeptFromHttp10Clients) {
  expectThreeWays({.client = "GET http://a.example/ HTTP/1.0\r\nHost: a.example\r\n\r\n",
                   .origins = {{.answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + kHello}}},
                  {kHelloLast,
                   {"GET / HTTP/1.1\r\nHost: a.example\r\nVia: 1.0 mp-1\r\n\r\n"},
                   {"#1 1 http GET http://a.example/ 200"},
                   "judge connect keep finished close"});
}

TEST(ExchangeForwarding, PipelinedRequestsAreAnsweredInOrderWithTheirBodies) {
  const std::string empty = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
  const std::string emptyOut = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nVia: 1.1 mp-1\r\n\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  expectThreeWays({.client = request("POST", "Content-Length: 3\r\n", "abc") +
                             request("PUT", chunked, "3\r\ndef\r\n2;x=y\r\ngh\r\n0\r\n\r\n") + "\r\n" + request("GET"),
                   .origins = {{.answer = empty},
                               {.connect = Origin::Connect::reused, .answer = empty},
                               {.connect = Origin::Connect::reused, .answer = kHello}}},
                  {emptyOut + emptyOut + kHelloOut,
                   {forwarded("POST", "Content-Length: 3\r\n", "abc"),
                    forwarded("PUT", chunked, "5\r\ndefgh\r\n0\r\n\r\n"), forwarded("GET")},
                   {"#1 1 http POST http://a.example/ 201", "#2 2 http PUT http://a.example/ 201 reused",
                    "#3 3 http GET http://a.example/ 200 reused"},
                   "judge connect keep finished judge connect keep finished judge connect keep finished"});
}

TEST(ExchangeForwarding, BytesBehindARequestThatAreNoRequestEndTheConnectionAndLeaveTheFirstUndisturbed) {
  FakeSession session({.client = request("GET") + "what is this\r\n", .origins = {{.answer = kHello}}});
  EXPECT_TRUE(session.clientText().starts_with(kHelloOut + "HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(session.trace(), "judge connect keep finished finished close");
  EXPECT_EQ(session.recordLines(), (std::vector<std::string>{"#1 1 http GET http://a.example/ 200",
                                                             "#2 2 http   400 http_request_error client"}));
  expectSound(session);
}

TEST(ExchangeForwarding, AClientsEndAfterItsWholeRequestIsNoAbort) {
  expectWhole(
      {.client = request("GET"), .clientEnds = true, .origins = {{.answer = kHello}}},
      {kHelloLast, {forwarded("GET")}, {"#1 1 http GET http://a.example/ 200"}, "judge connect keep finished close"});
}

TEST(ExchangeForwarding, AClientsEndAfterPipelinedRequestsLetsAllBeAnswered) {
  FakeSession session({.client = request("GET") + request("GET"),
                       .clientEnds = true,
                       .origins = {{.answer = kHello}, {.answer = kHello}}});
  EXPECT_EQ(session.clientText(), kHelloOut + kHelloLast);
  EXPECT_EQ(session.end(), "close");
  expectSound(session);
}

TEST(ExchangeForwarding, RecordHasBytesPhasesAndThePeer) {
  FakeSession session({.origins = {{.connect = Origin::Connect::held}}});
  session.client(request("GET").substr(0, 10));
  session.passes(std::chrono::milliseconds(7));
  session.client(request("GET").substr(10));
  session.passes(std::chrono::milliseconds(5));
  session.ready();
  session.passes(std::chrono::milliseconds(11));
  session.origin(kHello.substr(0, kHello.size() - 1));
  session.passes(std::chrono::milliseconds(13));
  session.origin("o");
  ASSERT_EQ(session.records().size(), 1U);
  const record::ExchangeRecord& record = session.records()[0];
  EXPECT_EQ(record.client_in, request("GET").size());
  EXPECT_EQ(record.client_out, session.clientBytes().size());
  EXPECT_EQ(record.origin_in, kHello.size());
  EXPECT_EQ(record.origin_out, forwarded("GET").size());
  EXPECT_EQ(record.head, std::chrono::milliseconds(7));
  EXPECT_EQ(record.resolve, std::chrono::milliseconds(2));
  EXPECT_EQ(record.connect, std::chrono::milliseconds(3));
  EXPECT_EQ(record.first_byte, std::chrono::milliseconds(11));
  EXPECT_EQ(record.total, std::chrono::milliseconds(36));
  ASSERT_TRUE(record.origin);
  EXPECT_EQ(record.origin->text(), "192.0.2.1:80");
  expectSound(session);
}

TEST(ExchangeForwarding, ListenerAndClientStayInTheRecordFromRequestToRequest) {
  FakeSession session({.origins = {{.answer = kHello}, {.answer = kHello}}});
  session.exchange().record().listener = "web";
  session.exchange().record().client = *Endpoint::parse("127.0.0.1:5000");
  session.client(request("GET"));
  session.client(request("GET"));
  ASSERT_EQ(session.records().size(), 2U);
  EXPECT_EQ(session.records()[1].listener, "web");
  EXPECT_EQ(session.records()[1].client.text(), "127.0.0.1:5000");
}

}  // namespace
}  // namespace megaphone::proxy
