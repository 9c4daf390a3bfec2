// Chunked bodies (RFC 9112 section 7.1), through a request.
#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;

const std::string kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kHeadEvent = "head POST / 1.1 {Transfer-Encoding: chunked} chunked";

void expectBody(const std::string& body, std::vector<std::string> events) {
  events.insert(events.begin(), kHeadEvent);
  expectRequests(kHead + body, events);
}

TEST(ChunkedBody, ChunksBecomeContent) {
  expectBody("5\r\nhello\r\n0\r\n\r\n", {"body hello", "end"});
  expectBody("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n", {"body hello world", "end"});
  expectBody("0\r\n\r\n", {"end"});
}

TEST(ChunkedBody, ContentMayLookLikeFraming) {
  expectBody("9\r\n0\r\n\r\n5\r\n\r\n\r\n0\r\n\r\n", {"body 0\r\n\r\n5\r\n\r", "error http_request_error client"});
  expectBody("7\r\n0\r\n\r\n5\r\r\n0\r\n\r\n", {"body 0\r\n\r\n5\r", "end"});
  expectBody("2\r\n\r\n\r\n0\r\n\r\n", {"body \r\n", "end"});
  expectBody(std::string("1\r\n\0\r\n0\r\n\r\n", 11), {std::string("body \0", 6), "end"});
}

TEST(ChunkedBody, SizesAreHexadecimalOfEitherCase) {
  const std::string content(0xab, 'x');
  for (const std::string size : {"ab", "AB", "aB", "0000000000000000000000ab"}) {
    expectBody(size + "\r\n" + content + "\r\n0\r\n\r\n", {"body " + content, "end"});
  }
  expectBody("1\r\nx\r\n00000000\r\n\r\n", {"body x", "end"});
}

TEST(ChunkedBody, LargestSizeIsACounter) { expectBody("7fffffffffffffff\r\nxyz", {"body xyz", "need data"}); }

TEST(ChunkedBody, ExtensionsAreDropped) {
  for (const std::string extension :
       {";a", ";a=b", ";a=\"b\"", ";a=\"b;c\"", ";a=\"b\\\"c\"", ";a;b=c;d=\"e\"", ";a=\"b\";c", " ;a", "\t; a = b",
        ";a=\"\"", ";a=\"\xc3\xa4\"", ";a=\"\\\xc3\\\xa4\"", ";a=\"\\\\\"", ";a=\"\t \"", ";!#$%&'*+-.^_`|~=1",
        ";a ;b = \"c\" \t;\td", ";a=b ;c", ";1=2"}) {
    expectBody("3" + extension + "\r\nabc\r\n0" + extension + "\r\n\r\n", {"body abc", "end"});
  }
}

TEST(ChunkedBody, ExtensionsAreHeldToTheirGrammar) {
  for (const std::string extension :
       {";",          ";;",         ";;;",    "; ",         " ;",        ";a;",           ";;a",
        ";a;;b",      ";=",         ";=x",    ";a=",        ";a= ",      ";a=;b",         ";a==b",
        ";a=b=c",     ";a b",       ";a b=c", ";a=b c",     ";a=\"b\"c", ";a=\"b\"\"c\"", ";a=b\"c\"",
        ";a=\"b\" c", ";a=\"b\"=c", ";\"a\"", ";\"a\"=b",   ";0\"\"\"",  ";[a]=b",        ";a,b",
        ";a,",        ";a=b,c",     ";a=(b)", ";a={b}",     ";a@b",      ";\xff",         ";a=\xc3\xa4",
        ";a=\\b",     ";a=\"",      ";a=\"b", ";a=\"b\\\"", ";a=\"b\\",  ";a=\"b;c",      ";a='b c'",
        ";a ",        ";a\t",       ";a=b ",  ";a=\"b\" ",  ":a",        " a;b"}) {
    expectBody("3" + extension + "\r\nabc\r\n0\r\n\r\n", {"error http_request_error client"});
    expectBody("3\r\nabc\r\n0" + extension + "\r\n\r\n", {"body abc", "error http_request_error client"});
  }
}

TEST(ChunkedBody, AQuotedStringDoesNotReachOverItsLine) {
  expectBody("1;a=\"\r\nX\r\n0\r\n\r\n", {"error http_request_error client"});
  expectBody("1;a=\"\r\nX\r\n0;b=\"\r\n\r\n", {"error http_request_error client"});
  expectBody("0;a=\"\r\n\r\n", {"error http_request_error client"});
}

TEST(ChunkedBody, TrailersFollowTheContent) {
  expectBody("3\r\nabc\r\n0\r\nDigest: x\r\nEmpty:\r\nLast:  y \r\n\r\n",
             {"body abc", "trailers {Digest: x} {Empty: } {Last: y}", "end"});
  expectBody("0\r\nA: b\r\n\r\n", {"trailers {A: b}", "end"});
}

TEST(ChunkedBody, UnfinishedBodyNeedsData) {
  for (const std::string body : {"5", "5\r", "5\r\n", "5;a", "5;a\r\n"}) expectBody(body, {"need data"});
  for (const std::string body : {"5\r\nhello", "5\r\nhello\r", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n",
                                 "5\r\nhello\r\n0\r\n\r", "5\r\nhello\r\n0\r\nA: b\r\n"}) {
    expectBody(body, {"body hello", "need data"});
  }
}

TEST(ChunkedBody, HostileSizesAreRefused) {
  for (const std::string_view line : {"8000000000000000\r\n",
                                      "ffffffffffffffff\r\n",
                                      "10000000000000000\r\n",
                                      "0010000000000000005\r\n",
                                      "ffffffffffffffffffff\r\n",
                                      "-1\r\n",
                                      "+5\r\n",
                                      "0x5\r\n",
                                      "x\r\n",
                                      "5 5\r\n",
                                      " 5\r\n",
                                      "\t5\r\n",
                                      "5 \r\n",
                                      "5\t\r\n",
                                      "\r\n",
                                      ";a\r\n",
                                      " ;a\r\n",
                                      "5_0\r\n",
                                      "5.\r\n",
                                      "5,\r\n",
                                      "5:\r\n",
                                      "g\r\n",
                                      "\"5\"\r\n",
                                      "\xef\xbc\x95\r\n",
                                      "5\x80\r\n",
                                      "5 x;a\r\n"}) {
    expectBody(std::string(line) + "hello\r\n0\r\n\r\n", {"error http_request_error client"});
    expectBody("1\r\nx\r\n" + std::string(line), {"body x", "error http_request_error client"});
  }
}

TEST(ChunkedBody, ControlBytesInChunkLinesAreRefused) {
  using namespace std::string_view_literals;
  for (const std::string_view line : {"5\nhello"sv, "5\rhello"sv, "5;a\nhello"sv, "5;a\rhello"sv, "5\0\r\nhello"sv,
                                      "5;\0\r\nhello"sv, "5;\x01\r\nhello"sv, "5;\x7f\r\nhello"sv, "5\r\r\nhello"sv,
                                      "5;a=\"\n\"\r\nhello"sv, "\n"sv, "\x0b"sv, "0\n\r\n"sv, "0\r\r\n"sv}) {
    expectBody(std::string(line), {"error http_request_error client"});
  }
}

TEST(ChunkedBody, ContentNotFollowedByCrLfIsRefused) {
  for (const std::string end : {"\n", "\rX", "X", "0\r\n", "\n\r", "\r\r\n", " \r\n"}) {
    expectBody("5\r\nhello" + end, {"body hello", "error http_request_error client"});
  }
}

TEST(ChunkedBody, HostileTrailersAreRefused) {
  using namespace std::string_view_literals;
  for (const std::string_view line :
       {"A : b\r\n"sv, " A: b\r\n"sv, "A: b\r\n c\r\n"sv, "A: b\n"sv, "A: b\rC: d\r\n"sv, "A\r\n"sv, ": b\r\n"sv,
        "A: \0\r\n"sv, "A: \x01\r\n"sv, "A\0: b\r\n"sv, "\n"sv, "\rX"sv, "A b: c\r\n"sv, "Content-Length: 5\r\n"sv,
        "transfer-encoding: chunked\r\n"sv, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"sv}) {
    expectBody("0\r\n" + std::string(line) + "\r\n", {"error http_request_error client"});
  }
}

TEST(ChunkedBody, ChunkLineLongerThanItsBoundIsRefused) {
  const std::string longest = "3;" + std::string(4092, 'a') + "\r\n";
  ASSERT_EQ(longest.size(), 4096U);
  expectBody(longest + "abc\r\n0\r\n\r\n", {"body abc", "end"});
  expectBody("3;" + std::string(4093, 'a') + "\r\nabc\r\n0\r\n\r\n", {"error http_request_error client"});
  expectBody(std::string(5000, '0'), {"error http_request_error client"});
}

TEST(ChunkedBody, ExtensionsThatOutweighTheContentAreRefused) {
  const std::string chunk = "1;" + std::string(1000, 'a') + "\r\nx\r\n";
  std::string body;
  for (int i = 0; i < 16; ++i) body += chunk;
  expectBody(body + "0\r\n\r\n", {"body " + std::string(16, 'x'), "end"});
  expectBody(body + chunk + "0\r\n\r\n", {"body " + std::string(16, 'x'), "error http_request_error client"});
}

TEST(ChunkedBody, ExtensionsBesideEnoughContentAreAllowedWithoutEnd) {
  const std::string content(1000, 'x');
  std::string body;
  std::string all;
  for (int i = 0; i < 100; ++i) {
    body += "3e8;" + std::string(990, 'a') + "\r\n" + content + "\r\n";
    all += content;
  }
  expectBody(body + "0\r\n\r\n", {"body " + all, "end"});
}

TEST(ChunkedBody, RefusalSaysWhatIsWrong) {
  const auto sentence = [](const std::string& body) { return readRequests(kHead + body, whole()).sentence; };
  EXPECT_EQ(sentence("x\r\n"), "a chunk size is not a hexadecimal number, or is too large");
  EXPECT_EQ(sentence("5 \r\n"), "a chunk size is followed by a blank");
  EXPECT_EQ(sentence("5;a b\r\n"), "a chunk extension is not a name, or a name and a value");
  EXPECT_EQ(sentence("5;a=\"b\r\n"), "a quoted string in a chunk extension does not end on its line");
  EXPECT_EQ(sentence("5;a\n"), "a chunk line ends with a LF without a CR");
  EXPECT_EQ(sentence("1\r\nxy"), "a chunk is not followed by CRLF");
  EXPECT_EQ(sentence("0\r\nA: b\r\nC : d\r\n\r\n"),
            "the field name in line 2 has a blank before its colon, in the trailer section");
}

}  // namespace
}  // namespace megaphone::http
