#include "megaphone/proxy/answer.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <vector>

#include "wire_text.h"

namespace megaphone::proxy {
namespace {

std::string errorAnswer(const Error& error, const Requester& requester) {
  std::string out;
  appendErrorAnswer(out, error, requester);
  return out;
}

std::string homePage(const Requester& requester) {
  std::string out;
  appendHomePage(out, {"::1", 3128}, requester);
  return out;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const Error kDenied{Reason::destination_ip_prohibited, Side::daemon, 0, "a.example is 127.0.0.1"};

TEST(ErrorAnswer, OfEveryReasonIsOneWholeAnswerWithItsWord) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (statusFor(reason) == 0) continue;
    for (const bool html : {false, true}) {
      const std::string answer =
          errorAnswer({reason, Side::origin, 0, "x"},
                      {.wantsHtml = html, .id = 7, .tag = "mp", .date = "Thu, 26 Nov 2026 04:00:00 GMT"});
      const auto read = testing::readAnswersStrictly(answer, {"GET"}, false);
      EXPECT_EQ(read.broken, "");
      EXPECT_EQ(read.complete, 1U);
      EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(statusFor(reason)) + " "));
      EXPECT_TRUE(has(answer, "\r\nProxy-Status: mp; error=" + std::string(word(reason)) + "; details=\""));
      EXPECT_TRUE(has(answer, "\r\nCache-Control: no-store\r\n"));
      EXPECT_TRUE(has(answer, std::string(sentence(reason)).substr(1, 8)));
      EXPECT_TRUE(has(answer, html ? "<dd>0000-0-7</dd>" : "exchange  0000-0-7 "));
      EXPECT_TRUE(has(answer, html ? "<dd>Thu, 26 Nov 2026" : "time      Thu, 26 Nov 2026"));
      EXPECT_TRUE(has(answer, "between this proxy and "));
    }
  }
}

TEST(ErrorAnswer, IsTextUnlessHtmlIsAccepted) {
  EXPECT_TRUE(has(errorAnswer(kDenied, {.tag = "mp"}), "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_TRUE(
      has(errorAnswer(kDenied, {.wantsHtml = true, .tag = "mp"}), "\r\nContent-Type: text/html; charset=utf-8\r\n"));
}

TEST(ErrorAnswer, SaysBetweenWhomItFailed) {
  struct Case {
    Reason reason;
    Side side;
    const char* hop;
  };
  for (const Case& row : std::vector<Case>{
           {Reason::http_request_error, Side::client, "failed    between you and this proxy\n"},
           {Reason::http_request_denied, Side::daemon, "failed    at this proxy\n"},
           {Reason::connection_refused, Side::origin, "failed    between this proxy and a.example:80\n"},
           {Reason::dns_timeout, Side::origin, "failed    between this proxy and its name servers\n"},
       }) {
    EXPECT_TRUE(has(errorAnswer({row.reason, row.side, 0, {}}, {.tag = "mp", .target = "a.example:80"}), row.hop));
  }
}

TEST(ErrorAnswer, ShowsWhichHopFailed) {
  const auto hops = [](Reason reason, Side side) {
    const std::string page =
        errorAnswer({reason, side, 0, {}}, {.wantsHtml = true, .tag = "mp", .target = "a.example:80"});
    const std::size_t begin = page.find("<p class=\"hops\">") + 16;
    return page.substr(begin, page.find("</p>", begin) - begin);
  };
  const std::string cross = "<i class=\"bad\">&#10005;</i>";
  EXPECT_EQ(hops(Reason::connection_refused, Side::origin),
            "<b>you</b><i></i><b>megaphone</b>" + cross + "<b>a.example:80</b>");
  for (const Reason reason : {Reason::dns_error, Reason::dns_timeout}) {
    EXPECT_EQ(hops(reason, Side::origin),
              "<b>you</b><i></i><b>megaphone</b>" + cross + "<b>name servers</b><i></i><b>a.example:80</b>");
  }
}

TEST(ErrorAnswer, HasTheNoteOfTheOperatorAsText) {
  EXPECT_TRUE(
      has(errorAnswer(kDenied, {.wantsHtml = true, .tag = "mp", .note = "<b>"}), "<p class=\"note\">&lt;b&gt;</p>"));
  EXPECT_TRUE(errorAnswer(kDenied, {.tag = "mp", .note = "Ask Ada"}).ends_with("\n\nAsk Ada\n"));
  EXPECT_FALSE(has(errorAnswer(kDenied, {.wantsHtml = true, .tag = "mp"}), "class=\"note\""));
}

TEST(ErrorAnswer, TellsNoAddressThatTheClientHasNotNamed) {
  for (const Error& error : {kDenied, Error{Reason::connection_refused, Side::origin, 111, "connect to 127.0.0.1:80"},
                             Error{Reason::proxy_loop_detected, Side::daemon, 0, "127.0.0.1:3128"}}) {
    for (const bool html : {false, true}) {
      const std::string answer = errorAnswer(error, {.wantsHtml = html, .tag = "mp", .target = "a.example:80"});
      EXPECT_FALSE(has(answer, "127.0.0.1")) << answer;
      EXPECT_TRUE(error.side != Side::origin || has(answer, "a.example:80")) << answer;
    }
  }
}

TEST(ErrorAnswer, TellsOfAnAddressThatTheClientHasNamed) {
  const std::string denied =
      errorAnswer({Reason::destination_ip_prohibited, Side::daemon, 0, "10.0.0.5:80 is denied by private network"},
                  {.tag = "mp", .target = "10.0.0.5:80"});
  EXPECT_TRUE(has(denied, "\n10.0.0.5:80 is denied by private network\n"));
  const std::string refused = errorAnswer({Reason::connection_refused, Side::origin, ECONNREFUSED, "[::1]:80"},
                                          {.tag = "mp", .target = "[::1]:80"});
  EXPECT_TRUE(has(refused, "\n[::1]:80: Connection refused\n"));
}

TEST(ErrorAnswer, HasItsGistInDetailsAsAStringOfAStructuredField) {
  const std::string answer = errorAnswer({Reason::http_request_error, Side::client, 0, "a \"quote\"\\\xc3\xa4\r\nX: y"},
                                         {.id = 3, .tag = "mp"});
  EXPECT_TRUE(has(answer,
                  "; details=\"the request is not valid HTTP: a \\\"quote\\\"\\\\????X: y (between you and this "
                  "proxy, exchange 0000-0-3)\"\r\n"))
      << answer;
}

TEST(ErrorAnswer, EscapesWhatCameFromOutside) {
  const std::string answer =
      errorAnswer({Reason::dns_error, Side::origin, 0, "<script>&\"'\x01"}, {.wantsHtml = true, .tag = "mp"});
  EXPECT_TRUE(has(answer, "&lt;script&gt;&amp;&quot;&#39;?"));
  EXPECT_FALSE(has(answer.substr(answer.find("\r\n\r\n")), "<script>"));
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
    EXPECT_TRUE(has(page, "curl -x http://[::1]:3128 http://example.org/"));
    EXPECT_TRUE(has(page, "http_proxy=http://[::1]:3128"));
    EXPECT_EQ(testing::readAnswersStrictly(page, {"GET"}, false).complete, 1U);
  }
  EXPECT_TRUE(homePage({.headOnly = true}).ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace megaphone::proxy
