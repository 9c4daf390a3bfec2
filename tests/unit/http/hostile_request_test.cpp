// Requests that could be read in two ways, or in none: all refused, however they are cut into pieces.
#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;
using namespace std::string_view_literals;

const std::vector<std::string> kRefused{"error http_request_error client"};

void expectRefused(std::string_view bytes) { expectRequests(bytes, kRefused); }
void expectFieldsRefused(std::string_view fields) {
  expectRefused("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
}

std::string sentenceFor(std::string_view bytes) { return readRequests(bytes, whole()).sentence; }

TEST(HostileRequest, BadRequestLineIsRefusedAtItsEnd) {
  for (const std::string_view line : {"GET\r\n"sv,
                                      "GET /\r\n"sv,
                                      "GET  / HTTP/1.1\r\n"sv,
                                      "GET /  HTTP/1.1\r\n"sv,
                                      " GET / HTTP/1.1\r\n"sv,
                                      "GET / HTTP/1.1 \r\n"sv,
                                      "GET /a b HTTP/1.1\r\n"sv,
                                      "GET\t/ HTTP/1.1\r\n"sv,
                                      "GET /\tHTTP/1.1\r\n"sv,
                                      "GET  HTTP/1.1\r\n"sv,
                                      "G(T / HTTP/1.1\r\n"sv,
                                      "G\x80T / HTTP/1.1\r\n"sv,
                                      "GET: / HTTP/1.1\r\n"sv,
                                      "GET /\x7f HTTP/1.1\r\n"sv,
                                      "GET /a\tb HTTP/1.1\r\n"sv,
                                      "/ HTTP/1.1\r\n"sv,
                                      "HTTP/1.1 200 OK\r\n"sv,
                                      "EHLO example.org\r\n"sv,
                                      "SSH-2.0-OpenSSH_9.2\r\n"sv,
                                      "   \r\n"sv}) {
    expectRefused(line);
  }
}

TEST(HostileRequest, VersionsThatAreNoneAreRefused) {
  for (const std::string version :
       {"HTTP/2",   "HTTP/1",   "HTTP/1.",   "HTTP/.1",   "HTTP/1.10",  "HTTP/2.10", "HTTP/11.1", "HTTP/20.0",
        "http/1.1", "http/2.0", "HTTP/1.x",  "HTTP/x.0",  "HTTP /1.1",  "HTTP/1,1",  "HTTP/2,0",  "HTP/1.1",
        "ICE/1.0",  "RTSP/1.0", "HTTPS/1.1", "HTTP/01.1", "HTTP/1.1\t", "HTTP/-1.1", "HTTP/2.0\t"}) {
    expectRefused("GET / " + version + "\r\n\r\n");
  }
}

TEST(HostileRequest, OtherMajorVersionsAreRefusedWithAWordOfTheirOwn) {
  for (const std::string version : {"HTTP/2.0", "HTTP/0.9", "HTTP/0.0", "HTTP/3.1", "HTTP/9.9"}) {
    expectRequests("GET / " + version + "\r\n", {"error request_version_unsupported client"});
  }
  expectRefused("G(T / HTTP/2.0\r\n");  // the rest of the line comes first
  expectRefused("GET /a b HTTP/2.0\r\n");
  expectRefused("GET  HTTP/2.0\r\n");
}

TEST(HostileRequest, ControlBytesAreRefusedAtOnceWhereverTheyAre) {
  const std::string head = "GET /a HTTP/1.1\r\nHost: b\r\nAccept: c\r\n\r\n";
  for (int byte = 0; byte < 0x21; ++byte) {
    if (byte == '\t' || byte == ' ' || byte == '\r' || byte == '\n') continue;
    for (std::size_t at = 0; at < head.size(); ++at) {
      // Behind a CR comes a LF or nothing: whatever else stands there makes the CR a bare one.
      expectRefused(head.substr(0, at) + static_cast<char>(byte));
    }
  }
  expectRefused("GET /\x7f HTTP/1.1\r\n\r\n");
}

TEST(HostileRequest, BareLfIsRefusedWhereverItIs) {
  expectRefused("\n");
  expectRefused("\r\n\nGET / HTTP/1.1\r\n\r\n");
  expectRefused("GET / HTTP/1.1\nHost: a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\nB: c\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\r\n\n");
  expectRefused("GET / HTTP/1.1\n\n");
  expectRefused("GET\n");
}

TEST(HostileRequest, BareCrIsRefusedWhereverItIs) {
  expectRefused("\rGET / HTTP/1.1\r\n\r\n");
  expectRefused("\r\r\n");
  expectRefused("GET / HTTP/1.1\rHost: a\r\n\r\n");
  expectRefused("GET /\r HTTP/1.1\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\rTransfer-Encoding: chunked\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost\r: a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\nHost: a\r\r\n");
  expectRefused("GET / HTTP/1.1\r\n\rX");
}

TEST(HostileRequest, TooManyEmptyLinesAreRefused) { expectRefused("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n"); }

TEST(HostileRequest, FieldLinesThatAreNoneAreRefused) {
  for (const std::string_view lines :
       {"Name : value\r\n"sv, "Name\t: value\r\n"sv, "Content-Length : 5\r\n"sv, ": value\r\n"sv, ":\r\n"sv,
        " : v\r\n"sv, "Name\r\n"sv, "Na me: value\r\n"sv, "Na\x80me: value\r\n"sv, "Name(: value\r\n"sv,
        "\"Name\": value\r\n"sv, "Na@me: v\r\n"sv, "A: b\r\n: c\r\n"sv, "Transfer-Encoding\xa0: chunked\r\n"sv,
        "A: b\r\nGET / HTTP/1.1\r\n"sv, "A : b \r\n"sv, "Content-Length: 5\t6\t\r\n"sv, "{}: b\r\n"sv,
        "A/B: c\r\n"sv}) {
    expectFieldsRefused(lines);
  }
}

TEST(HostileRequest, LineFoldingIsRefused) {
  expectFieldsRefused("A: b\r\n c\r\n");
  expectFieldsRefused("A: b\r\n\tc\r\n");
  expectFieldsRefused("A:\r\n b\r\n");
  expectFieldsRefused(" \r\n");
  expectFieldsRefused("Transfer-Encoding:\r\n chunked\r\n");
}

TEST(HostileRequest, BlankBeforeTheFirstFieldIsRefused) {
  expectRefused("GET / HTTP/1.1\r\n Host: a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n");
  expectRefused("GET / HTTP/1.1\r\n \r\n\r\n");
}

TEST(HostileRequest, LengthBesideTransferEncodingIsRefused) {
  expectFieldsRefused("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
  expectFieldsRefused("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
  expectFieldsRefused("Transfer-Encoding: identity\r\nContent-Length: 5\r\n");
  expectFieldsRefused("Transfer-Encoding:\r\nContent-Length: 5\r\n");
  expectFieldsRefused("transfer-ENCODING: x\r\ncontent-LENGTH: 0\r\n");
}

TEST(HostileRequest, LengthsOtherThanOnePlainNumberAreRefused) {
  for (const std::string value : {"+5",
                                  "-5",
                                  "-0",
                                  "5 5",
                                  "5,5",
                                  "5, 5",
                                  "5, 6",
                                  "0x5",
                                  "5a",
                                  "a",
                                  "",
                                  "5.0",
                                  "5e1",
                                  "\"5\"",
                                  "9223372036854775808",
                                  "18446744073709551615",
                                  "18446744073709551616",
                                  "99999999999999999999999999",
                                  "\xd9\xa5",
                                  "5;",
                                  "5\t6",
                                  ",5",
                                  "5,"}) {
    expectFieldsRefused("Content-Length: " + value + "\r\n");
  }
}

TEST(HostileRequest, RepeatedLengthsAreRefusedEvenWhenEqual) {
  expectFieldsRefused("Content-Length: 5\r\nContent-Length: 6\r\n");
  expectFieldsRefused("Content-Length: 5\r\nContent-Length: 5\r\n");
  expectFieldsRefused("Content-Length: 5\r\nA: b\r\ncontent-length: 5\r\n");
  expectFieldsRefused("Content-Length: 5\r\nContent-Length:\r\n");
}

TEST(HostileRequest, TransferEncodingDisguisesAreRefused) {
  for (const std::string value : {"chunked, chunked",
                                  "xchunked",
                                  "chunkedx",
                                  "chunked ;a",
                                  "chunked;a=b",
                                  "identity",
                                  "identity, chunked",
                                  "gzip",
                                  "chunked, gzip, chunked",
                                  "gzip, CHUNKED, chunked",
                                  "gzip, gzip, chunked",
                                  "gzip, Identity, chunked",
                                  "gzip,, chunked",
                                  ", gzip, chunked",
                                  "gzip, chunked,",
                                  "gzip; q=1, chunked",
                                  "gzip, chunked;a=b",
                                  "gzip chunked",
                                  "a, b, c, d, e, f, g, h, chunked",
                                  "\"gzip\", chunked",
                                  "\"a, chunked",
                                  "gz\xc3\xa4p, chunked",
                                  "chunked, gzip",
                                  "chunked, identity",
                                  ", chunked",
                                  "chunked,",
                                  "\"chunked\"",
                                  "'chunked'",
                                  "chunked\xa0",
                                  "chunk",
                                  "chu nked",
                                  "chunked chunked",
                                  "",
                                  "x",
                                  "\xc2\xa0"
                                  "chunked",
                                  "cow",
                                  "chunked\t,"}) {
    expectFieldsRefused("Transfer-Encoding: " + value + "\r\n");
  }
  expectFieldsRefused(
      "Transfer-Encoding: \x0b"
      "chunked\r\n");
  expectFieldsRefused("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
  expectFieldsRefused("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n");
  expectFieldsRefused("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n");
  expectFieldsRefused("Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n");
  expectFieldsRefused("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n");
}

TEST(HostileRequest, OtherCodingsBelowAFinalChunkedAreRefusedWithAWordOfTheirOwn) {
  for (const std::string value :
       {"gzip, chunked", "gzip,chunked", "GZIP , \tChunked", "gzip, deflate, chunked", "x-y, chunked"}) {
    expectRequests("POST / HTTP/1.1\r\nTransfer-Encoding: " + value + "\r\n\r\n",
                   {"error request_transfer_coding client"});
  }
  expectRefused("POST / HTTP/1.0\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
}

TEST(HostileRequest, TransferEncodingInAnOldMessageIsRefused) {
  expectRefused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(HostileRequest, SecondVersionPrefaceIsRefused) {
  expectRequests("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"error request_version_unsupported client"});
}

// Lines are looked at in blocks: no place in one may be overlooked, and no byte that may stand there refused.
TEST(HostileRequest, AByteOfALineIsJudgedWhereverItStands) {
  for (std::size_t length = 1; length <= 50; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (const char byte : {'\0', '\x01', '\x1f', '\r', '\x7f', '\t', ' ', '~', '\x80', '\xff'}) {
        std::string value(length, 'x');
        value[place] = byte;
        const bool control = byte == '\x7f' || (byte >= 0 && byte < 0x20 && byte != '\t');
        const std::string sentence = sentenceFor("GET / HTTP/1.1\r\nA: " + value + "\r\n\r\n");
        ASSERT_EQ(!sentence.empty(), control) << length << ' ' << place << ' ' << int{byte} << ' ' << sentence;
      }
    }
  }
}

TEST(HostileRequest, TlsIsRefusedAtItsFirstByte) { expectRefused("\x16"); }

TEST(HostileRequest, NothingIsReadBehindARefusal) {
  const Transcript transcript =
      readRequests("GET / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n", whole());
  EXPECT_EQ(transcript.events, kRefused);
}

TEST(HostileRequest, RefusalSaysWhatIsWrong) {
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: b\r\nC : d\r\n\r\n"),
            "the field name in line 3 has a blank before its colon");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: b\r\nC\r\n\r\n"), "line 3 has no colon");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: b\r\n: c\r\nD: e\r\n\r\n"), "line 3 has no field name");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA b: c\r\n\r\n"), "the field name in line 2 is not a token");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"), "line 3 of the head continues the line before it");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\n A: b\r\n\r\n"), "line 2 of the head begins with a blank");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n"), "line 2 of the head ends with a LF without a CR");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n"), "line 2 of the head has a CR without a LF");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: \0\r\n\r\n"sv), "line 2 of the head has a NUL byte");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.1\r\nA: \x01\r\n\r\n"), "line 2 of the head has a control byte");
  EXPECT_EQ(sentenceFor("GET / HTTP/2.0\r\n"), "the version in the request line is not HTTP/1.x");
  EXPECT_EQ(sentenceFor("GET / HTTP/1.\r\n"), "the version in the request line is not HTTP/1.x");
  EXPECT_EQ(sentenceFor("GET /\r\n"), "the request line has no version");
  EXPECT_EQ(sentenceFor("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"),
            "Content-Length is given more than once");
  EXPECT_EQ(sentenceFor("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "Content-Length and Transfer-Encoding exclude each other");
  EXPECT_EQ(sentenceFor("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"),
            "Transfer-Encoding is not chunked alone");
}

}  // namespace
}  // namespace megaphone::http
