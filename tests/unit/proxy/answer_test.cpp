#include "megaphone/proxy/answer.h"

#include <gtest/gtest.h>

#include "wire_text.h"

namespace megaphone::proxy {
namespace {

std::string errorAnswer(const Error& error, const Asker& asker) {
  std::string out;
  appendErrorAnswer(out, error, asker);
  return out;
}

std::string homePage(const Asker& asker) {
  std::string out;
  appendHomePage(out, {"::1", 3128}, asker);
  return out;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const Error kDenied{Reason::destination_ip_prohibited, Side::daemon, 0, "a.example is 127.0.0.1"};

TEST(ErrorAnswer, OfEveryReasonIsOneWholeAnswerWithItsWord) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (statusFor(reason) == 0) continue;
    for (const bool html : {false, true}) {
      const std::string answer = errorAnswer({reason, Side::origin, 0, "x"}, {.wantsHtml = html, .id = 7, .tag = "mp"});
      const auto read = testing::readAnswersStrictly(answer, {"GET"}, false);
      EXPECT_EQ(read.broken, "");
      EXPECT_EQ(read.complete, 1U);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(statusFor(reason)) + " "));
      EXPECT_TRUE(has(answer, "\r\nProxy-Status: mp; error=" + std::string(word(reason)) + "\r\n"));
      EXPECT_TRUE(has(answer, "\r\nCache-Control: no-store\r\n"));
      EXPECT_TRUE(has(answer, std::string(sentence(reason)).substr(0, 8)));
      EXPECT_TRUE(has(answer, "exchange 7"));
    }
  }
}

TEST(ErrorAnswer, IsTextUnlessHtmlIsAccepted) {
  EXPECT_TRUE(has(errorAnswer(kDenied, {.tag = "mp"}), "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_TRUE(
      has(errorAnswer(kDenied, {.wantsHtml = true, .tag = "mp"}), "\r\nContent-Type: text/html; charset=utf-8\r\n"));
  EXPECT_TRUE(has(errorAnswer(kDenied, {.tag = "mp"}), "\na.example is 127.0.0.1\n"));
}

TEST(ErrorAnswer, EscapesWhatCameFromOutside) {
  const std::string answer =
      errorAnswer({Reason::dns_error, Side::origin, 0, "<script>&\"'\x01"}, {.wantsHtml = true, .tag = "mp"});
  EXPECT_TRUE(has(answer, "&lt;script&gt;&amp;&quot;&#39;?"));
  EXPECT_FALSE(has(answer, "<script>"));
}

TEST(ErrorAnswer, ToHeadHasTheLengthAndNoBody) {
  const std::string whole = errorAnswer(kDenied, {.tag = "mp"});
  const std::string head = errorAnswer(kDenied, {.headOnly = true, .tag = "mp"});
  EXPECT_EQ(head, whole.substr(0, whole.find("\r\n\r\n") + 4));
}

TEST(ErrorAnswer, SaysCloseWhereTheConnectionEnds) {
  EXPECT_TRUE(has(errorAnswer(kDenied, {.close = true, .tag = "mp"}), "\r\nConnection: close\r\n"));
  EXPECT_FALSE(has(errorAnswer(kDenied, {.tag = "mp"}), "Connection"));
}

TEST(HomePage, TellsHowToPointABrowserAndAProgramAtIt) {
  for (const bool html : {false, true}) {
    const std::string page = homePage({.wantsHtml = html});
    EXPECT_TRUE(page.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(has(page, "curl -x [::1]:3128 http://example.org/"));
    EXPECT_TRUE(has(page, "http_proxy=http://[::1]:3128"));
    EXPECT_EQ(testing::readAnswersStrictly(page, {"GET"}, false).complete, 1U);
  }
  EXPECT_TRUE(homePage({.headOnly = true}).ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace megaphone::proxy
