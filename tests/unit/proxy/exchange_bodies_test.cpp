// Bodies of every framing, both ways, whole and cut short.
#include "exchange_cases.h"

namespace megaphone::proxy {
namespace {

using namespace testing;

const std::string kChunked = "Transfer-Encoding: chunked\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\n";
const std::string kVia = "Via: 1.1 mp-1\r\n";
const std::string kClose = "Connection: close\r\n";
const std::string kRecord = "#1 1 http GET http://a.example/ 200";

TEST(RequestBody, GoesOutInItsOwnFraming) {
  const std::vector<std::pair<std::string, std::string>> bodies{
      {"Content-Length: 5\r\n", "hello"},
      {"Content-Length: 0\r\n", ""},
      {kChunked, "5\r\nhello\r\n0\r\n\r\n"},
      {kChunked, "0\r\n\r\n"},
      {kChunked, "5\r\nhello\r\n0\r\nDigest: x\r\n\r\n"},
      {kChunked, "0\r\nDigest: x\r\nLast: y\r\n\r\n"},
  };
  for (const auto& [fields, body] : bodies) {
    expectThreeWays({.client = request("POST", fields + "X: 1\r\n", body), .origins = {{.answer = kHello}}},
                    {kHelloOut,
                     {forwarded("POST", fields + "X: 1\r\n", body)},
                     {"#1 1 http POST http://a.example/ 200"},
                     "judge connect keep finished"});
  }
}

TEST(RequestBody, TrailersThatFrameOrRouteAreDropped) {
  expectThreeWays({.client = request("POST", kChunked, "1\r\nx\r\n0\r\nHost: evil\r\nDigest: x\r\nTE: y\r\n\r\n"),
                   .origins = {{.answer = kHello}}},
                  {kHelloOut,
                   {forwarded("POST", kChunked, "1\r\nx\r\n0\r\nDigest: x\r\n\r\n")},
                   {"#1 1 http POST http://a.example/ 200"},
                   "judge connect keep finished"});
}

TEST(RequestBody, Http10ClientMaySendOne) {
  expectThreeWays(
      {.client = "POST http://a.example/ HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello", .origins = {{.answer = kHello}}},
      {kHelloLast,
       {"POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nVia: 1.0 mp-1\r\n\r\nhello"},
       {"#1 1 http POST http://a.example/ 200"},
       "judge connect keep finished close"});
}

TEST(RequestBody, ExpectationGoesToTheOriginAndItsContinueComesBack) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("PUT", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(session.originTexts(),
            (std::vector<std::string>{forwarded("PUT", "Content-Length: 5\r\nExpect: 100-continue\r\n")}));
  session.origin("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(session.clientBytes(), "HTTP/1.1 100 Continue\r\n" + kVia + "\r\n");
  session.client("hello");
  session.origin(kHello);
  EXPECT_EQ(session.clientText(), "HTTP/1.1 100 Continue\r\n" + kVia + "\r\n" + kHelloOut);
  EXPECT_EQ(session.trace(), "judge connect keep finished");
  expectSound(session);
}

TEST(RequestBody, FinalAnswerInsteadOfContinueEndsTheConnection) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("PUT", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  session.origin("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(session.clientText(), "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n" + kVia + kClose + "\r\n");
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  expectSound(session);
}

TEST(RequestBody, EarlyAnswerReachesTheClientWhileItsUploadGoesOn) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("POST", kChunked, "3\r\nabc\r\n"));
  session.origin("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nno");
  session.client("3\r\ndef\r\n");
  EXPECT_EQ(session.originTexts()[0], forwarded("POST", kChunked, "6\r\nabcdef\r\n"));
  session.origin("pe");
  EXPECT_EQ(session.clientText(),
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n" + kVia + kClose + "\r\nnope");
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  EXPECT_EQ(session.recordLines(), (std::vector<std::string>{"#1 1 http POST http://a.example/ 413"}));
  expectSound(session);
}

TEST(RequestBody, OriginThatAnswersBeforeItHasAllIsNotKeptThoughAllIsSentToItAfterwards) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("PUT", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  session.origin("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nno");
  session.client("hello");
  session.origin("pe");
  EXPECT_EQ(session.trace(), "judge connect drop finished close");
  expectSound(session);
}

TEST(RequestBody, OriginThatNeverAskedForContentThatCameAllTheSameIsNotKept) {
  const std::string bytes = request("PUT", "Content-Length: 5\r\nExpect: 100-continue\r\n", "hello");
  FakeSession never({.client = bytes, .origins = {{.answer = kHello}}});
  EXPECT_EQ(never.trace(), "judge connect drop finished");
  FakeSession asked({.client = bytes, .origins = {{.answer = "HTTP/1.1 100 Continue\r\n\r\n" + kHello}}});
  EXPECT_EQ(asked.trace(), "judge connect keep finished");
}

TEST(AnswerBody, OriginThatTellsOfContentWhereNoneCanBeIsNotKept) {
  for (const std::string answer : {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
                                   "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
                                   "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No\r\n\r\n"}) {
    FakeSession session({.client = request("GET"), .origins = {{.answer = answer}}});
    EXPECT_EQ(session.trace(), "judge connect drop finished") << answer;
  }
  FakeSession zero({.client = request("GET"), .origins = {{.answer = "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n"}}});
  EXPECT_EQ(zero.trace(), "judge connect keep finished");
}

TEST(AnswerBody, AnswerWithoutOneAndWithContradictoryFramingGoesOnWithoutItAndItsOriginIsNotKept) {
  const std::string both = "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n";
  for (const std::string& fields : {both, std::string("Content-Length: \r\n"), std::string("Content-Length: 5, 6\r\n"),
                                    std::string("Transfer-Encoding: gzip\r\n")}) {
    for (const std::string method : {"HEAD", "GET"}) {
      const std::string start = method == "HEAD" ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 304 Not Modified\r\n";
      FakeSession session({.client = request(method), .origins = {{.answer = start + fields + "E: 1\r\n\r\n"}}});
      EXPECT_EQ(session.clientText(), start + "E: 1\r\nVia: 1.1 mp-1\r\n\r\n");
      EXPECT_EQ(session.trace(), "judge connect drop finished") << fields;
      expectSound(session);
    }
  }
  FakeSession noContent({.client = request("GET"), .origins = {{.answer = "HTTP/1.1 204 No\r\n" + both + "\r\n"}}});
  EXPECT_EQ(noContent.clientText(), "HTTP/1.1 204 No\r\nVia: 1.1 mp-1\r\n\r\n");
  EXPECT_EQ(noContent.trace(), "judge connect drop finished");
}

TEST(AnswerBody, LengthThatIsToldAgainIsWrittenOnce) {
  const std::string twice = "Content-Length: 5, 5\r\nE: 1\r\nContent-Length: 5\r\n\r\n";
  const std::string once = "Content-Length: 5\r\nE: 1\r\nVia: 1.1 mp-1\r\n\r\n";
  FakeSession get({.client = request("GET"), .origins = {{.answer = "HTTP/1.1 200 OK\r\n" + twice + "hello"}}});
  EXPECT_EQ(get.clientText(), "HTTP/1.1 200 OK\r\n" + once + "hello");
  EXPECT_EQ(get.trace(), "judge connect keep finished");
  FakeSession head({.client = request("HEAD"), .origins = {{.answer = "HTTP/1.1 200 OK\r\n" + twice}}});
  EXPECT_EQ(head.clientText(), "HTTP/1.1 200 OK\r\n" + once);
  EXPECT_EQ(head.trace(), "judge connect keep finished");
}

TEST(AnswerBody, FramingFieldsBehindItAreDropped) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";
  const std::string trailers =
      "Content-Length: 7\r\nX: 1\r\nTransfer-Encoding: gzip\r\nSet-Cookie: a\r\nHost: b\r\n\r\n";
  FakeSession session({.client = request("GET"), .origins = {{.answer = chunked + trailers}}});
  EXPECT_TRUE(session.clientText().ends_with("5\r\nhello\r\n0\r\nX: 1\r\n\r\n")) << session.clientText();
  EXPECT_EQ(session.trace(), "judge connect keep finished");
}

TEST(RequestBody, TrailersOfTheRequestAreNotTheTrailersOfAnAnswerThatBeganBefore) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("POST", kChunked, "3\r\nabc\r\n"));
  session.origin(kOk + kChunked + "\r\n1\r\nx\r\n");
  session.client("0\r\nDigest: of the request\r\n\r\n");
  session.origin("0\r\nDigest: of the answer\r\n\r\n");
  EXPECT_EQ(session.originTexts()[0], forwarded("POST", kChunked, "3\r\nabc\r\n0\r\nDigest: of the request\r\n\r\n"));
  EXPECT_EQ(session.clientText(), kOk + kChunked + kVia + kClose + "\r\n1\r\nx\r\n0\r\nDigest: of the answer\r\n\r\n");
  expectSound(session);
}

TEST(RequestBody, MalformedChunkBeforeAnAnswerIsRefusedAndTheOriginSeesNoEnd) {
  const std::string head = forwarded("POST", kChunked);
  for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
    FakeSession session({.client = request("POST", kChunked, "3\r\nabc\r\nX\r\n"), .origins = {{}}}, cut);
    EXPECT_TRUE(session.clientBytes().starts_with("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_EQ(session.originTexts()[0], head + "3\r\nabc\r\n");
    EXPECT_EQ(session.trace(), "judge connect drop finished close");
    EXPECT_EQ(session.recordLines()[0], "#1 1 http POST http://a.example/ 400 http_request_error client");
    expectSound(session);
  }
}

TEST(RequestBody, MalformedChunkWithinAnAnswerResetsTheClient) {
  FakeSession session({.origins = {{.when = Origin::When::never}}});
  session.client(request("POST", kChunked, "3\r\nabc\r\n"));
  session.origin(kOk + "Content-Length: 9\r\n\r\nhalf");
  session.client("X\r\n");
  EXPECT_EQ(session.trace(), "judge connect drop finished reset");
  EXPECT_EQ(session.recordLines()[0], "#1 1 http POST http://a.example/ 200 http_request_error client");
  session.originEnds();
  expectSound(session);
}

TEST(RequestBody, EndOfTheClientWithinItIsAnAbort) {
  for (const std::string& fields : {std::string("Content-Length: 9\r\n"), kChunked}) {
    for (const Cut cut : {Cut::whole, Cut::bytes, Cut::random}) {
      FakeSession session({.client = request("POST", fields, "3\r\nabc\r\n"), .clientEnds = true, .origins = {{}}},
                          cut);
      EXPECT_EQ(session.clientBytes(), "");
      EXPECT_EQ(session.end(), "close");
      EXPECT_EQ(session.recordLines()[0], "#1 1 http POST http://a.example/ 0 client_closed client");
      expectSound(session);
    }
  }
}

TEST(AnswerBody, GoesToHttp11ClientsInItsOwnFraming) {
  const std::vector<std::string> answers{"Content-Length: 5\r\nX: 1\r\n%\r\nhello",
                                         "Content-Length: 0\r\n%\r\n",
                                         kChunked + "X: 1\r\n%\r\n5\r\nhello\r\n0\r\n\r\n",
                                         kChunked + "%\r\n0\r\n\r\n",
                                         kChunked + "%\r\n5\r\nhello\r\n0\r\nDigest: x\r\n\r\n",
                                         kChunked + "%\r\n0\r\nDigest: x\r\n\r\n"};
  for (std::string answer : answers) {
    std::string out = answer;
    answer.replace(answer.find('%'), 1, "");
    out.replace(out.find('%'), 1, kVia);
    expectThreeWays({.client = request("GET"), .origins = {{.answer = kOk + answer}}},
                    {kOk + out, {forwarded("GET")}, {kRecord}, "judge connect keep finished"});
  }
}

TEST(AnswerBody, ThatEndsWithTheConnectionIsChunkedForHttp11Clients) {
  const std::string head = "HTTP/1.1 200 OK\r\nX: 1\r\n" + kChunked;
  expectThreeWays(
      {.client = request("GET"), .origins = {{.answer = kOk + "X: 1\r\n\r\nhello", .then = Origin::Then::end}}},
      {head + kVia + "\r\n5\r\nhello\r\n0\r\n\r\n", {forwarded("GET")}, {kRecord}, "judge connect drop finished"});
  expectThreeWays({.client = request("GET"), .origins = {{.answer = kOk + "X: 1\r\n\r\n", .then = Origin::Then::end}}},
                  {head + kVia + "\r\n0\r\n\r\n", {forwarded("GET")}, {kRecord}, "judge connect drop finished"});
  expectThreeWays({.client = request("GET"),
                   .origins = {{.answer = "HTTP/1.0 200 OK\r\nX: 1\r\n\r\nhello", .then = Origin::Then::end}}},
                  {head + "Via: 1.0 mp-1\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                   {forwarded("GET")},
                   {kRecord},
                   "judge connect drop finished"});
}

TEST(AnswerBody, WithoutALengthEndsWithTheConnectionForHttp10Clients) {
  const std::string client = "GET http://a.example/ HTTP/1.0\r\n\r\n";
  const std::string sent = "GET / HTTP/1.1\r\nHost: a.example\r\nVia: 1.0 mp-1\r\n\r\n";
  expectThreeWays(
      {.client = client, .origins = {{.answer = kOk + "X: 1\r\n\r\nhello", .then = Origin::Then::end}}},
      {kOk + "X: 1\r\n" + kVia + kClose + "\r\nhello", {sent}, {kRecord}, "judge connect drop finished close"});
  expectThreeWays({.client = client, .origins = {{.answer = kOk + kChunked + "\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"}}},
                  {kOk + kVia + kClose + "\r\nhello", {sent}, {kRecord}, "judge connect keep finished close"});
}

TEST(AnswerBody, CutByTheOriginIsVisibleToHttp11Clients) {
  for (const std::string body :
       {"Content-Length: 9\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    std::string out = body;
    out.insert(out.find("\r\n\r\n") + 2, kVia);
    for (const Origin::Then then : {Origin::Then::end, Origin::Then::reset}) {
      const std::string reason =
          then == Origin::Then::end ? " http_response_incomplete origin" : " connection_terminated origin";
      expectThreeWays({.client = request("GET"), .origins = {{.answer = kOk + body, .then = then}}},
                      {kOk + out, {forwarded("GET")}, {kRecord + reason}, "judge connect drop finished close"});
    }
  }
}

TEST(AnswerBody, ResetWithinABodyThatEndsWithTheConnectionIsAResetToHttp10ClientsAndNoLastChunkToOthers) {
  expectThreeWays({.client = "GET http://a.example/ HTTP/1.0\r\n\r\n",
                   .origins = {{.answer = kOk + "\r\nhello", .then = Origin::Then::reset}}},
                  {kOk + kVia + kClose + "\r\nhello",
                   {"GET / HTTP/1.1\r\nHost: a.example\r\nVia: 1.0 mp-1\r\n\r\n"},
                   {kRecord + " connection_terminated origin"},
                   "judge connect drop finished deliver-reset"});
  expectThreeWays({.client = request("GET"), .origins = {{.answer = kOk + "\r\nhello", .then = Origin::Then::reset}}},
                  {kOk + kChunked + kVia + "\r\n5\r\nhello\r\n",
                   {forwarded("GET")},
                   {kRecord + " connection_terminated origin"},
                   "judge connect drop finished close"});
}

TEST(AnswerBody, ChunkedAnswerCutShortIsAResetToHttp10Clients) {
  expectThreeWays({.client = "GET http://a.example/ HTTP/1.0\r\n\r\n",
                   .origins = {{.answer = kOk + kChunked + "\r\n5\r\nhello\r\n", .then = Origin::Then::end}}},
                  {kOk + kVia + kClose + "\r\nhello",
                   {"GET / HTTP/1.1\r\nHost: a.example\r\nVia: 1.0 mp-1\r\n\r\n"},
                   {kRecord + " http_response_incomplete origin"},
                   "judge connect drop finished deliver-reset"});
}

TEST(AnswerBody, MalformedChunkCutsTheAnswer) {
  expectThreeWays({.client = request("GET"), .origins = {{.answer = kOk + kChunked + "\r\n5\r\nhello\r\nX\r\n"}}},
                  {kOk + kChunked + kVia + "\r\n5\r\nhello\r\n",
                   {forwarded("GET")},
                   {kRecord + " http_protocol_error origin"},
                   "judge connect drop finished close"});
}

}  // namespace
}  // namespace megaphone::proxy
