#include "megaphone/http/writer.h"

#include <gtest/gtest.h>

#include "three_ways.h"

namespace megaphone::http {
namespace {

using namespace testing;

TEST(Writer, RequestHeadIsWrittenBehindWhatIsThere) {
  std::string out = "before|";
  appendRequestLine(out, "GET", "/path?q");
  appendField(out, "Host", "example.org");
  appendField(out, "Content-Length", std::uint64_t{18446744073709551615U});
  appendField(out, "Empty", "");
  appendEndOfHead(out);
  EXPECT_EQ(
      out,
      "before|GET /path?q HTTP/1.1\r\nHost: example.org\r\nContent-Length: 18446744073709551615\r\nEmpty: \r\n\r\n");
}

TEST(Writer, StatusLineKeepsItsSpaceBeforeAnEmptyPhrase) {
  std::string out;
  appendStatusLine(out, 200, "OK");
  appendStatusLine(out, 999, "");
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nHTTP/1.1 999 \r\n");
}

TEST(Writer, PhrasesAreTheRegisteredOnes) {
  EXPECT_EQ(phraseFor(100), "Continue");
  EXPECT_EQ(phraseFor(200), "OK");
  EXPECT_EQ(phraseFor(407), "Proxy Authentication Required");
  EXPECT_EQ(phraseFor(431), "Request Header Fields Too Large");
  EXPECT_EQ(phraseFor(504), "Gateway Timeout");
  for (const int status : {0, 99, 199, 299, 306, 418, 499, 599, 999}) EXPECT_EQ(phraseFor(status), "") << status;
}

TEST(Writer, EveryReasonThatIsAnsweredHasAPhrase) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const int status = statusFor(static_cast<Reason>(i));
    if (status != 0) {
      EXPECT_NE(phraseFor(status), "") << status;
    }
  }
}

TEST(ChunkLine, SizeIsLowerCaseHexadecimalWithoutLeadingZeros) {
  EXPECT_EQ(ChunkLine(1).view(), "1\r\n");
  EXPECT_EQ(ChunkLine(0xab0).view(), "ab0\r\n");
  EXPECT_EQ(ChunkLine(UINT64_MAX).view(), "ffffffffffffffff\r\n");
}

TEST(Writer, WhatIsWrittenIsReadBack) {
  std::string out;
  appendStatusLine(out, 200, phraseFor(200));
  appendField(out, "Transfer-Encoding", "chunked");
  appendEndOfHead(out);
  for (const std::string_view content : {"hello", " ", "world, and more than sixteen bytes"}) {
    out.append(ChunkLine(content.size()).view()).append(content).append(kChunkEnd);
  }
  out.append(kLastChunk);
  appendField(out, "Digest", "x");
  appendEndOfHead(out);
  expectResponses(out, {},
                  {"head 200 OK 1.1 {Transfer-Encoding: chunked} chunked",
                   "body hello world, and more than sixteen bytes", "trailers {Digest: x}", "end"});
}

}  // namespace
}  // namespace megaphone::http
