// The bounds of heads and trailer sections: what just fits, and the first byte too many.
#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;

constexpr HeadLimits kSmall{.line = 32, .head = 100, .fields = 3};

std::string requestLine(std::size_t size) {  // without its CRLF
  return "GET /" + std::string(size - 14, 'a') + " HTTP/1.1";
}
std::string statusLine(std::size_t size) { return "HTTP/1.1 200 " + std::string(size - 13, 'x'); }
// A field line such that what is before it, this, and the end of the head are `total` bytes.
std::string fillUp(const std::string& before, std::size_t total) {
  return "A: " + std::string(total - before.size() - 3 - 4, 'v') + "\r\n\r\n";
}

TEST(HeadLimits, LongestRequestLineFitsAndOneMoreByteIsTooLong) {
  ASSERT_EQ(requestLine(32).size(), 32U);
  EXPECT_EQ(readRequests(requestLine(32) + "\r\n\r\n", whole(), SIZE_MAX, kSmall).events.size(), 2U);
  EXPECT_EQ(readRequests(requestLine(32) + "\r\n\r\n", byteByByte(), SIZE_MAX, kSmall).events.size(), 2U);
  expectRequests(requestLine(33) + "\r\n\r\n", {"error request_target_too_long client"}, kSmall);
  expectRequests(std::string(1000, 'a'), {"error request_target_too_long client"}, kSmall);
  expectRequests(std::string(35, 'a'), {"error request_target_too_long client"}, kSmall);
  expectRequests(std::string(34, 'a'), {"need data"}, kSmall);
}

TEST(HeadLimits, LargestHeadFitsAndOneMoreByteIsTooLarge) {
  const std::string line = requestLine(20) + "\r\n";
  const std::string fits = line + fillUp(line, 100);
  ASSERT_EQ(fits.size(), 100U);
  EXPECT_EQ(readRequests(fits, whole(), SIZE_MAX, kSmall).events.size(), 2U);
  EXPECT_EQ(readRequests(fits, byteByByte(), SIZE_MAX, kSmall).events.size(), 2U);
  expectRequests(line + fillUp(line, 101), {"error request_head_too_large client"}, kSmall);
  expectRequests(line + "A: " + std::string(1000, 'v'), {"error request_head_too_large client"}, kSmall);
}

TEST(HeadLimits, HeadBoundBelowTheLineBoundWins) {
  expectRequests(requestLine(60) + "\r\n\r\n", {"error request_head_too_large client"},
                 {.line = 80, .head = 40, .fields = 3});
}

TEST(HeadLimits, WhereBothBoundsAreReachedTheLineIsNamed) {
  expectRequests(std::string(100, 'a'), {"error request_target_too_long client"},
                 {.line = 38, .head = 40, .fields = 3});
}

TEST(HeadLimits, OneFieldTooManyIsTooLarge) {
  expectRequests("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", {"head GET / 1.1 {A: 1} {B: 2} {C: 3} none", "end"},
                 kSmall);
  expectRequests("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", {"error request_head_too_large client"}, kSmall);
}

TEST(HeadLimits, EmptyLinesBeforeARequestCountForNothing) {
  EXPECT_EQ(readRequests("\r\n\r\n" + requestLine(32) + "\r\n\r\n", whole(), SIZE_MAX, kSmall).events.size(), 2U);
  expectRequests("\r\n\r\n" + requestLine(33) + "\r\n\r\n", {"error request_target_too_long client"}, kSmall);
}

TEST(HeadLimits, ResponseHeadsHaveOneReasonForAllBounds) {
  const std::vector<std::string> refused{"error http_response_header_section_size origin"};
  const std::string line = statusLine(20) + "\r\n";
  expectResponses(statusLine(33) + "\r\n\r\n", {}, refused, kSmall);
  expectResponses(line + fillUp(line, 101), {}, refused, kSmall);
  expectResponses(line + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", {}, refused, kSmall);
  expectResponses("HTTP/1.1 204 " + std::string(19, 'x') + "\r\n\r\n", {},
                  {"head 204 " + std::string(19, 'x') + " 1.1 none", "end"}, kSmall);
}

TEST(HeadLimits, EveryInterimHeadHasTheWholeBound) {
  std::string bytes;
  std::vector<std::string> events;
  for (int i = 0; i < 10; ++i) {
    bytes += "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(40, 'l') + "\r\n\r\n";
    events.push_back("head 103 Early Hints 1.1 {Link: " + std::string(40, 'l') + "} none");
  }
  events.emplace_back("need data");
  expectResponses(bytes, {}, events, kSmall);
}

TEST(HeadLimits, TrailersHaveTheBoundsOfAHead) {
  const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string headEvent = "head POST / 1.1 {Transfer-Encoding: chunked} chunked";
  const std::string value(100 - 7, 'v');
  expectRequests(head + "0\r\n" + "A: " + value + "\r\n\r\n", {headEvent, "trailers {A: " + value + "}", "end"},
                 kSmall);
  expectRequests(head + "0\r\n" + "A: v" + value + "\r\n\r\n", {headEvent, "error request_head_too_large client"},
                 kSmall);
  expectRequests(head + "0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", {headEvent, "error request_head_too_large client"},
                 kSmall);
}

TEST(HeadLimits, AFoldIsNoFieldOfItsOwnAndCountsForTheHead) {
  expectResponses("HTTP/1.1 204 No\r\nA: 1\r\n a\r\n b\r\nB: 2\r\nC: 3\r\n\r\n", {},
                  {"head 204 No 1.1 {A: 1 a b} {B: 2} {C: 3} none", "end"}, kSmall);
  std::string folds = "HTTP/1.1 204 No\r\nA: 1\r\n";
  for (int i = 0; i < 30; ++i) folds += " a\r\n";
  expectResponses(folds + "\r\n", {}, {"error http_response_header_section_size origin"}, kSmall);
}

TEST(HeadLimits, TwoHundredAndFiftySixFieldsAreUsual) {
  std::string fields;
  for (int i = 0; i < 256; ++i) fields += "A: b\r\n";
  EXPECT_EQ(readResponses("HTTP/1.1 204 No\r\n" + fields + "\r\n", {}, whole()).events.size(), 2U);
  EXPECT_EQ(readRequests("GET / HTTP/1.1\r\n" + fields + "\r\n", whole()).events.size(), 2U);
  expectResponses("HTTP/1.1 204 No\r\n" + fields + "A: b\r\n\r\n", {},
                  {"error http_response_header_section_size origin"});
  expectRequests("GET / HTTP/1.1\r\n" + fields + "A: b\r\n\r\n", {"error request_head_too_large client"});
}

TEST(HeadLimits, RefusalNamesTheBound) {
  EXPECT_EQ(readRequests(requestLine(33) + "\r\n", whole(), 1, kSmall).sentence,
            "the first line is longer than 32 bytes");
  EXPECT_EQ(readRequests("GET / HTTP/1.1\r\n" + std::string(100, 'a'), whole(), 1, kSmall).sentence,
            "the head is larger than 100 bytes");
  EXPECT_EQ(readRequests("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", whole(), 1, kSmall).sentence,
            "there are more than 3 field lines");
}

}  // namespace
}  // namespace megaphone::http
