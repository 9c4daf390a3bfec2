// What an origin may send, and what comes out. Refusals are in hostile_response_test.cpp.
#include "megaphone/http/response_parser.h"

#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;

const Answers kOrdinary{};
const Answers kClosing{{}, true};
const Answers kHead{{RequestKind::head}, false};
const Answers kConnect{{RequestKind::connect}, false};

TEST(ResponseParser, BodyOfALengthEndsThere) {
  expectResponses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", kOrdinary,
                  {"head 200 OK 1.1 {Content-Length: 5} length 5", "body hello", "end"});
  expectResponses("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", kOrdinary,
                  {"head 404 Not Found 1.1 {Content-Length: 0} length 0", "end"});
}

TEST(ResponseParser, ChunkedBodyEndsWithItsLastChunk) {
  expectResponses("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;x\r\nhello\r\n0\r\nA: b\r\n\r\n", kOrdinary,
                  {"head 200 OK 1.1 {Transfer-Encoding: Chunked} chunked", "body hello", "trailers {A: b}", "end"});
}

TEST(ResponseParser, BodyWithoutFramingEndsAtTheClose) {
  expectResponses("HTTP/1.0 200 OK\r\n\r\nhello\r\n\r\nworld", kClosing,
                  {"head 200 OK 1.0 until_close", "body hello\r\n\r\nworld", "end"});
  expectResponses("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", kClosing,
                  {"head 200 OK 1.1 {Connection: keep-alive} until_close", "end"});
  expectResponses("HTTP/1.1 200 OK\r\n\r\nhello", kOrdinary,
                  {"head 200 OK 1.1 until_close", "body hello", "need data"});
}

TEST(ResponseParser, AnswerToHeadHasNoBodyWhateverItsFieldsSay) {
  expectResponses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", kHead,
                  {"head 200 OK 1.1 {Content-Length: 5} none", "end"});
  expectResponses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", kHead,
                  {"head 200 OK 1.1 {Transfer-Encoding: chunked} none", "end"});
  expectResponses("HTTP/1.1 200 OK\r\n\r\n", kHead, {"head 200 OK 1.1 none", "end"});
}

TEST(ResponseParser, NoContentAndNotModifiedHaveNoBody) {
  expectResponses("HTTP/1.1 204 No Content\r\n\r\n", kOrdinary, {"head 204 No Content 1.1 none", "end"});
  expectResponses("HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", kOrdinary,
                  {"head 304 Not Modified 1.1 {Content-Length: 500} none", "end"});
  expectResponses("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", kOrdinary,
                  {"head 304 Not Modified 1.1 {Transfer-Encoding: chunked} none", "end"});
}

TEST(ResponseParser, InterimAnswersComeBeforeTheFinalOne) {
  expectResponses(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 199 What\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      kOrdinary,
      {"head 100 Continue 1.1 none", "head 103 Early Hints 1.1 {Link: x} none", "head 199 What 1.1 none",
       "head 200 OK 1.1 {Content-Length: 2} length 2", "body ok", "end"});
  expectResponses("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", kHead,
                  {"head 100 Continue 1.1 none", "head 200 OK 1.1 {Content-Length: 5} none", "end"});
}

TEST(ResponseParser, SwitchingProtocolsIsFinalAndWhatFollowsIsNotHttp) {
  expectResponses("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", kOrdinary,
                  {"head 101 Switching Protocols 1.1 {Upgrade: websocket} {Connection: Upgrade} none", "end"});
}

TEST(ResponseParser, AcceptedConnectEndsBehindItsHead) {
  expectResponses("HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n", kConnect,
                  {"head 200 Connection established 1.1 {Content-Length: 5} none", "end"});
  expectResponses("HTTP/1.1 299 \r\nTransfer-Encoding: chunked\r\n\r\n", kConnect,
                  {"head 299  1.1 {Transfer-Encoding: chunked} none", "end"});
}

TEST(ResponseParser, RefusedConnectHasABody) {
  expectResponses("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", kConnect,
                  {"head 403 Forbidden 1.1 {Content-Length: 2} length 2", "body no", "end"});
}

TEST(ResponseParser, PhraseIsFreeOrMissing) {
  expectResponses("HTTP/1.1 204\r\n\r\n", kOrdinary, {"head 204  1.1 none", "end"});
  expectResponses("HTTP/1.1 204 \r\n\r\n", kOrdinary, {"head 204  1.1 none", "end"});
  expectResponses("HTTP/1.1 204 Gar nichts \xc3\xa4\t!\r\n\r\n", kOrdinary,
                  {"head 204 Gar nichts \xc3\xa4\t! 1.1 none", "end"});
}

TEST(ResponseParser, VersionsAndStatusCodesAtTheirEnds) {
  expectResponses("HTTP/1.7 999 X\r\nContent-Length: 0\r\n\r\n", kOrdinary,
                  {"head 999 X 1.1 {Content-Length: 0} length 0", "end"});
  expectResponses("HTTP/1.0 600 X\r\nContent-Length: 0\r\n\r\n", kOrdinary,
                  {"head 600 X 1.0 {Content-Length: 0} length 0", "end"});
}

TEST(ResponseParser, AnswersFollowEachOtherOnOneConnection) {
  expectResponses(
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      "HTTP/1.1 204 No Content\r\n\r\n",
      {{RequestKind::ordinary, RequestKind::head, RequestKind::ordinary, RequestKind::ordinary}, false},
      {"head 200 OK 1.1 {Content-Length: 2} length 2", "body ok", "end", "head 200 OK 1.1 {Content-Length: 2} none",
       "end", "head 200 OK 1.1 {Transfer-Encoding: chunked} chunked", "body ok", "end", "head 204 No Content 1.1 none",
       "end"});
}

TEST(ResponseParser, CloseBeforeAnAnswerBeganIsTermination) {
  expectResponses("", kClosing, {"error connection_terminated origin"});
}

TEST(ResponseParser, CloseWithinAHeadIsIncomplete) {
  for (const std::string_view bytes :
       {"H", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\n\r"}) {
    expectResponses(bytes, kClosing, {"error http_response_incomplete origin"});
  }
}

TEST(ResponseParser, CloseAfterAnInterimAnswerIsIncomplete) {
  expectResponses("HTTP/1.1 100 Continue\r\n\r\n", kClosing,
                  {"head 100 Continue 1.1 none", "error http_response_incomplete origin"});
}

TEST(ResponseParser, CloseWithinABodyIsIncomplete) {
  expectResponses(
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", kClosing,
      {"head 200 OK 1.1 {Content-Length: 5} length 5", "body hell", "error http_response_incomplete origin"});
  for (const std::string_view bytes : {"", "3", "3\r\n", "0\r\n", "0\r\nA: b\r\n"}) {
    expectResponses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(bytes), kClosing,
                    {"head 200 OK 1.1 {Transfer-Encoding: chunked} chunked", "error http_response_incomplete origin"});
  }
}

TEST(ResponseParser, CloseAfterTheEndOrAfterAnErrorChangesNothing) {
  ResponseParser parser({});
  parser.expect(RequestKind::ordinary);
  parser.feed("HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_EQ(parser.next(), ParserEvent::head);
  ASSERT_EQ(parser.next(), ParserEvent::end);
  EXPECT_EQ(parser.finish(), ParserEvent::end);
  parser.expect(RequestKind::ordinary);
  parser.feed("what?\r\n");
  ASSERT_EQ(parser.next(), ParserEvent::error);
  EXPECT_EQ(parser.finish(), ParserEvent::error);
  EXPECT_EQ(parser.error().reason, Reason::http_protocol_error);
}

TEST(ResponseParser, BegunLastsFromTheFirstByteToTheNextAnswer) {
  ResponseParser parser({});
  parser.expect(RequestKind::ordinary);
  EXPECT_FALSE(parser.begun());
  parser.feed("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(parser.next(), ParserEvent::head);
  EXPECT_EQ(parser.next(), ParserEvent::need_data);
  EXPECT_TRUE(parser.begun());
  parser.expect(RequestKind::ordinary);
  EXPECT_FALSE(parser.begun());
}

TEST(ResponseParser, ExpectInTheMiddleOfAnInterimSeriesForgetsIt) {
  ResponseParser parser({});
  parser.expect(RequestKind::head);
  parser.feed("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n");
  ASSERT_EQ(parser.next(), ParserEvent::head);
  parser.expect(RequestKind::ordinary);
  parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(parser.next(), ParserEvent::head);
  EXPECT_EQ(parser.head().fields.size(), 1U);
  EXPECT_EQ(parser.framing(), (BodyFraming{BodyFraming::Kind::length, 0}));
  EXPECT_EQ(parser.next(), ParserEvent::end);
}

TEST(ResponseParser, AnswersWithoutABodyHaveNoneWhateverTheirFieldsSay) {
  for (const std::string fields : {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: \r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "Content-Length: +5\r\n",
                                   "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 5\r\n",
                                   "Transfer-Encoding: gzip\r\n", "Content-Length: 99999999999999999999\r\n"}) {
    for (const std::string start : {"HTTP/1.1 304 Not Modified\r\n", "HTTP/1.0 204 No Content\r\n"}) {
      const Transcript read = readResponses(start + fields + "\r\n", kOrdinary, whole());
      ASSERT_EQ(read.events.size(), 2U) << fields;
      EXPECT_TRUE(read.events[0].ends_with(" none")) << read.events[0];
      EXPECT_EQ(read.events[1], "end");
    }
    EXPECT_EQ(readResponses("HTTP/1.1 200 OK\r\n" + fields + "\r\n", kHead, whole()).events.back(), "end");
    EXPECT_EQ(readResponses("HTTP/1.1 103 Early Hints\r\n" + fields + "\r\nHTTP/1.1 204 No\r\n\r\n", kOrdinary, whole())
                  .events.back(),
              "end");
  }
}

TEST(ResponseParser, OneLengthMayBeToldAgain) {
  expectResponses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", kOrdinary,
                  {"head 200 OK 1.1 {Content-Length: 5} {Content-Length: 5} length 5", "body hello", "end"});
  expectResponses("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", kOrdinary,
                  {"head 200 OK 1.1 {Content-Length: 5, 5} length 5", "body hello", "end"});
}

TEST(ResponseParser, FramingFieldsInATrailerSectionFrameNothing) {
  expectResponses(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nContent-Length: 9\r\nA: b\r\n\r\n",
      kOrdinary,
      {"head 200 OK 1.1 {Transfer-Encoding: chunked} chunked", "body ok", "trailers {Content-Length: 9} {A: b}",
       "end"});
}

// RFC 9112 section 5.2.
TEST(ResponseParser, AFoldBecomesABlank) {
  expectResponses("HTTP/1.1 200 OK\r\nA: b \r\n \t c\r\n\td \r\nContent-Length: 0\r\n\r\n", kOrdinary,
                  {"head 200 OK 1.1 {A: b c d} {Content-Length: 0} length 0", "end"});
  expectResponses("HTTP/1.1 204 No\r\nA:\r\n b\r\n\r\n", kOrdinary, {"head 204 No 1.1 {A: b} none", "end"});
  expectResponses("HTTP/1.1 204 No\r\nA : b\r\n C: d\r\n :e\r\nF: g\r\n\r\n", kOrdinary,
                  {"head 204 No 1.1 {A: b C: d :e} {F: g} none", "end"});
  expectResponses("HTTP/1.1 103 Hints\r\nA: b\r\n c\r\n\r\nHTTP/1.1 204 No\r\nA: d\r\n e\r\n\r\n", kOrdinary,
                  {"head 103 Hints 1.1 {A: b c} none", "head 204 No 1.1 {A: d e} none", "end"});
}

// RFC 9112 section 2.2.
TEST(ResponseParser, ALfAloneMayEndAllLinesOfAHead) {
  expectResponses("HTTP/1.1 200 OK\nA: b\nC:\nContent-Length: 2\n\nok", kOrdinary,
                  {"head 200 OK 1.1 {A: b} {C: } {Content-Length: 2} length 2", "body ok", "end"});
  expectResponses("HTTP/1.1 200\n\n\nok", kClosing, {"head 200  1.1 until_close", "body \nok", "end"});
  expectResponses("HTTP/1.1 204 No\nA : b\n c\n\n", kOrdinary, {"head 204 No 1.1 {A: b c} none", "end"});
  expectResponses("HTTP/1.1 100 Continue\n\nHTTP/1.1 204 No\r\nA: b\r\n\r\n", kOrdinary,
                  {"head 100 Continue 1.1 none", "head 204 No 1.1 {A: b} none", "end"});
}

TEST(ResponseParser, ALfAloneMayEndTheStatusLine) {
  expectResponses("HTTP/1.0 200 OK\nServer: a\r\nContent-Length: 2\r\n\r\nok", kOrdinary,
                  {"head 200 OK 1.0 {Server: a} {Content-Length: 2} length 2", "body ok", "end"});
}

// RFC 9112 section 5.1: a proxy removes it, from answers only.
TEST(ResponseParser, BlanksBeforeAColonAreRemoved) {
  expectResponses("HTTP/1.1 200 OK\r\nA : b\r\nContent-Length \t : 5\r\nC: d : e\r\n\r\nhello", {},
                  {"head 200 OK 1.1 {A: b} {Content-Length: 5} {C: d : e} length 5", "body hello", "end"});
  expectResponses("HTTP/1.1 200 OK\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", {},
                  {"head 200 OK 1.1 {Transfer-Encoding: chunked} chunked", "end"});
}

TEST(ResponseParser, BlanksBeforeAColonAreRemovedFromEveryHeadOfAnAnswer) {
  expectResponses("HTTP/1.1 103 Early Hints\r\nLink : a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n", {},
                  {"head 103 Early Hints 1.1 {Link: a} none", "head 200 OK 1.1 {Content-Length: 0} length 0", "end"});
}

TEST(ResponseParser, EveryNameIsRepaired) {
  for (const std::string name : {"Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Proxy-Connection",
                                 "X", "Content-Lengt", "Transfer-Encodingx", "Date"}) {
    for (const std::string blank : {" ", "\t", "  ", " \t "}) {
      const std::string value = name == "Transfer-Encoding" ? "chunked" : "0";
      const Transcript transcript =
          readResponses("HTTP/1.1 200 OK\r\n" + name + blank + ": " + value + "\r\n\r\n", {}, whole());
      ASSERT_FALSE(transcript.events.empty());
      EXPECT_EQ(transcript.events.front().substr(0, 20 + name.size()), "head 200 OK 1.1 {" + name + ": " + value[0]);
    }
  }
}

}  // namespace
}  // namespace megaphone::http
