// What a client may send, and what comes out. Refusals are in hostile_request_test.cpp.
#include "megaphone/http/request_parser.h"

#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;

TEST(RequestParser, HeadWithoutBodyIsAHeadAndAnEnd) {
  expectRequests("GET http://example.org/a?b HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n",
                 {"head GET http://example.org/a?b 1.1 {Host: example.org} {Accept: */*} none", "end"});
}

TEST(RequestParser, HeadWithoutAnyFieldIsWhole) {
  expectRequests("GET / HTTP/1.1\r\n\r\n", {"head GET / 1.1 none", "end"});
}

TEST(RequestParser, AnyTokenIsAMethodAndKeepsItsCase) {
  for (const std::string method : {"BREW", "get", "M-SEARCH", "X!#$%&'*+-.^_`|~9", "VERSION-CONTROL", "PRI"}) {
    expectRequests(method + " / HTTP/1.1\r\n\r\n", {"head " + method + " / 1.1 none", "end"});
  }
}

TEST(RequestParser, TargetIsNotInterpreted) {
  for (const std::string target :
       {"*", "example.org:443", "[::1]:443", "http://u:p@h/%00", "\"<>\\^`{|}", "?", "http:"}) {
    expectRequests("OPTIONS " + target + " HTTP/1.1\r\n\r\n", {"head OPTIONS " + target + " 1.1 none", "end"});
  }
}

TEST(RequestParser, MinorVersionsAboveOneAreReadAsOneOne) {
  expectRequests("GET / HTTP/1.0\r\n\r\n", {"head GET / 1.0 none", "end"});
  expectRequests("GET / HTTP/1.2\r\n\r\n", {"head GET / 1.1 none", "end"});
  expectRequests("GET / HTTP/1.9\r\n\r\n", {"head GET / 1.1 none", "end"});
}

TEST(RequestParser, ValuesLoseTheBlanksAroundThemAndKeepThoseInside) {
  expectRequests("GET / HTTP/1.1\r\nA:b\r\nC: \t d\t e  \t\r\nF:\t\r\nG:\r\nH:  \r\nI: :\r\n\r\n",
                 {"head GET / 1.1 {A: b} {C: d\t e} {F: } {G: } {H: } {I: :} none", "end"});
}

TEST(RequestParser, EmptyValuesOfFieldsThatParsersKnowStayEmpty) {
  expectRequests("GET / HTTP/1.1\r\nConnection:\r\nUpgrade:\r\nProxy-Connection: \r\nHost:\r\n\r\n",
                 {"head GET / 1.1 {Connection: } {Upgrade: } {Proxy-Connection: } {Host: } none", "end"});
}

TEST(RequestParser, OrderCaseAndDuplicatesOfFieldsAreKept) {
  expectRequests("GET / HTTP/1.1\r\nb: 1\r\nA: 2\r\nB: 3\r\nb: 1\r\n\r\n",
                 {"head GET / 1.1 {b: 1} {A: 2} {B: 3} {b: 1} none", "end"});
}

TEST(RequestParser, BytesAbove127AreAllowedInValues) {
  expectRequests("GET / HTTP/1.1\r\nA: caf\xc3\xa9 \xff\x80\r\n\r\n",
                 {"head GET / 1.1 {A: caf\xc3\xa9 \xff\x80} none", "end"});
}

TEST(RequestParser, ConnectionAndUpgradeFieldsDoNotStopTheParser) {
  expectRequests("GET / HTTP/1.1\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabc",
                 {"head GET / 1.1 {Connection: close, Upgrade} {Upgrade: websocket} {Content-Length: 3} length 3",
                  "body abc", "end"});
}

TEST(RequestParser, ConnectEndsBehindItsHead) {
  expectRequests("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
                 {"head CONNECT example.org:443 1.1 {Host: example.org:443} none", "end"});
}

TEST(RequestParser, EmptyLinesBeforeARequestAreSkipped) {
  expectRequests("\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", {"head GET / 1.1 none", "end"});
}

TEST(RequestParser, BodyOfALengthEndsThere) {
  expectRequests("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello",
                 {"head POST / 1.1 {content-length: 5} length 5", "body hello", "end"});
  expectRequests("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                 {"head POST / 1.1 {Content-Length: 0} length 0", "end"});
  expectRequests("POST / HTTP/1.0\r\nContent-Length: 007\r\n\r\n\r\n\r\n\r\nx",
                 {"head POST / 1.0 {Content-Length: 007} length 7", "body \r\n\r\n\r\nx", "end"});
}

TEST(RequestParser, HugeLengthIsACounter) {
  expectRequests(
      "POST / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n\r\nhello",
      {"head POST / 1.1 {Content-Length: 9223372036854775807} length 9223372036854775807", "body hello", "need data"});
}

TEST(RequestParser, RequestsFollowEachOtherOnOneConnection) {
  expectRequests(
      "GET /1 HTTP/1.1\r\nA: b\r\n\r\n"
      "POST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
      "\r\n"
      "PUT /3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\n"
      "PUT /4 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      "GET /5 HTTP/1.0\r\n\r\n",
      {"head GET /1 1.1 {A: b} none", "end", "head POST /2 1.1 {Content-Length: 3} length 3", "body abc", "end",
       "head PUT /3 1.1 {Transfer-Encoding: chunked} chunked", "body abc", "trailers {T: u}", "end",
       "head PUT /4 1.1 {Transfer-Encoding: chunked} chunked", "end", "head GET /5 1.0 none", "end"});
}

TEST(RequestParser, UnfinishedMessageNeedsData) {
  expectRequests("GET / HT", {"need data"});
  expectRequests("GET / HTTP/1.1\r\nA: b\r\n\r", {"need data"});
  expectRequests("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhell",
                 {"head POST / 1.1 {Content-Length: 5} length 5", "body hell", "need data"});
}

TEST(RequestParser, EmptyLinesAreNoBeginning) {
  RequestParser parser({});
  EXPECT_FALSE(parser.begun());
  for (const std::string_view piece : {"\r\n", "\r", "\n\r\n"}) {
    parser.feed(piece);
    EXPECT_EQ(parser.next(), ParserEvent::need_data);
    EXPECT_FALSE(parser.begun());
  }
  parser.feed("G");
  EXPECT_EQ(parser.next(), ParserEvent::need_data);
  EXPECT_TRUE(parser.begun());
  parser.reset();
  EXPECT_FALSE(parser.begun());
}

TEST(RequestParser, BegunLastsUntilReset) {
  RequestParser parser({});
  parser.feed("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(parser.next(), ParserEvent::head);
  EXPECT_EQ(parser.next(), ParserEvent::end);
  EXPECT_TRUE(parser.begun());
  parser.reset();
  EXPECT_FALSE(parser.begun());
}

TEST(RequestParser, HeadThatComesWholeIsNotCopied) {
  const std::string bytes = "GET /target HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody";
  const auto inside = [&](std::string_view view) {
    return view.data() >= bytes.data() && view.data() + view.size() <= bytes.data() + bytes.size();
  };
  RequestParser parser({});
  parser.feed(bytes);
  ASSERT_EQ(parser.next(), ParserEvent::head);
  EXPECT_TRUE(inside(parser.head().method));
  EXPECT_TRUE(inside(parser.head().target));
  for (const Field& field : parser.head().fields) EXPECT_TRUE(inside(field.name) && inside(field.value));
  ASSERT_EQ(parser.next(), ParserEvent::body);
  EXPECT_TRUE(inside(parser.body()));
}

TEST(RequestParser, HeadStaysReadableWhileTheSameFeedGoesOn) {
  RequestParser parser({});
  parser.feed("POST /long-enough-not-to-fit-anywhere-small HTTP/1.1\r\nTransfer-Enc");
  ASSERT_EQ(parser.next(), ParserEvent::need_data);
  parser.feed("oding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer-That-Comes-In-Parts: val");
  ASSERT_EQ(parser.next(), ParserEvent::head);
  const RequestHead head = parser.head();
  ASSERT_EQ(parser.next(), ParserEvent::body);
  ASSERT_EQ(parser.next(), ParserEvent::need_data);
  EXPECT_EQ(head.target, "/long-enough-not-to-fit-anywhere-small");
  EXPECT_EQ(head.fields[0].value, "chunked");
}

TEST(RequestParser, ReadingMayStopAnywhereAndGoOnWithTheRest) {
  RequestParser parser({});
  std::string bytes = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET";
  std::string body;
  ParserEvent event = ParserEvent::need_data;
  while (event != ParserEvent::end) {
    parser.feed(bytes);
    event = parser.next();
    if (event == ParserEvent::body) body += parser.body();
    ASSERT_NE(event, ParserEvent::error);
    bytes = std::string(parser.rest());
  }
  EXPECT_EQ(body, "abcde");
  EXPECT_EQ(bytes, "GET");
}

TEST(RequestParser, ErrorStaysUntilReset) {
  RequestParser parser({});
  parser.feed("GET\r\n");
  EXPECT_EQ(parser.next(), ParserEvent::error);
  EXPECT_EQ(parser.next(), ParserEvent::error);
  parser.feed("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(parser.next(), ParserEvent::error);
  parser.reset();
  parser.feed("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(parser.next(), ParserEvent::head);
  EXPECT_EQ(parser.next(), ParserEvent::end);
  EXPECT_EQ(parser.next(), ParserEvent::end);
}

TEST(RequestParser, ResetForgetsWhateverHadBegun) {
  const std::string head = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string message = head + "3;x\r\nabc\r\n0\r\nT: u\r\n\r\n";
  RequestParser parser({});
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    parser.feed(std::string_view(message).substr(0, cut));
    for (auto event = parser.next(); event != ParserEvent::need_data && event != ParserEvent::end;)
      event = parser.next();
    parser.reset();
    parser.feed(message);
    std::vector<ParserEvent> events;
    do {
      events.push_back(parser.next());
    } while (events.back() != ParserEvent::end && events.back() != ParserEvent::error);
    EXPECT_EQ(events, (std::vector{ParserEvent::head, ParserEvent::body, ParserEvent::trailers, ParserEvent::end}))
        << cut;
    EXPECT_EQ(parser.trailers().size(), 1U);
    parser.reset();
  }
}

TEST(RequestParser, MovesWithItsState) {
  RequestParser parser({});
  parser.feed("GET / HT");
  EXPECT_EQ(parser.next(), ParserEvent::need_data);
  RequestParser moved = std::move(parser);
  moved.feed("TP/1.1\r\n\r\n");
  EXPECT_EQ(moved.next(), ParserEvent::head);
  EXPECT_EQ(moved.head().method, "GET");
}

TEST(RequestParser, BlanksBehindValuesAreRemoved) {
  for (const std::string line : {"Content-Length: 1\t", "Content-Length:\t1 \t ", "A: b\t\r\nContent-Length: 1 \t"}) {
    const Transcript transcript = readRequests("POST / HTTP/1.1\r\n" + line + "\r\n\r\nx", whole());
    EXPECT_EQ(transcript.events.back(), "end") << line;
    EXPECT_NE(transcript.events.front().find("{Content-Length: 1} length 1"), std::string::npos) << line;
  }
  expectRequests("POST / HTTP/1.1\r\nContent-Length: 1\t\r\n\r\nx",
                 {"head POST / 1.1 {Content-Length: 1} length 1", "body x", "end"});
}

}  // namespace
}  // namespace megaphone::http
