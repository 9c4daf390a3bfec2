#include "megaphone/proxy/own_pages.h"

#include <gtest/gtest.h>

#include <chrono>

#include "wire_text.h"

namespace megaphone::proxy {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{784111777s};  // Sun, 06 Nov 1994 08:49:37 GMT

record::Failure failure(std::string target, Reason reason = Reason::connection_refused) {
  record::Failure out;
  out.id = 4711;
  out.at = kNow - 125s;
  out.method = "CONNECT";
  out.target = std::move(target);
  out.status = 502;
  out.reason = reason;
  out.side = Side::origin;
  out.detail = "connect to a.example:443: <no>";
  out.times = 3;
  return out;
}

// The body; the head is checked here.
std::string page(OwnPage which, std::vector<record::Failure> failures, bool html, bool keeps = true,
                 std::string_view type = {}) {
  const setup::PacRules rules{{HostPattern::plainNames()}, false};
  const HostPort proxy{"proxy.lan", 3128};
  const PageMatter matter{.proxy = proxy,
                          .reader = IpAddress::v4({192, 0, 2, 7}),
                          .failures = failures,
                          .keepsFailures = keeps,
                          .pac = rules,
                          .now = kNow};
  std::string out;
  appendOwnPage(out, which, matter, {.wantsHtml = html});
  EXPECT_EQ(testing::readAnswersStrictly(out, {"GET"}, false).complete, 1U);
  EXPECT_TRUE(out.starts_with("HTTP/1.1 200 OK\r\n"));
  const std::string_view standard = html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
  const std::string field = "\r\nContent-Type: " + std::string(type.empty() ? standard : type) + "\r\n";
  EXPECT_NE(out.find(field), std::string::npos) << out;
  return out.substr(out.find("\r\n\r\n") + 4);
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(OwnPages, HaveTheirPaths) {
  EXPECT_EQ(ownPageAt("/"), OwnPage::home);
  EXPECT_EQ(ownPageAt("/proxy.pac"), OwnPage::pac);
  EXPECT_EQ(ownPageAt("/wpad.dat?cache=1"), OwnPage::pac);
  EXPECT_EQ(ownPageAt("/setup"), OwnPage::setup);
  EXPECT_EQ(ownPageAt("/why"), OwnPage::why);
  for (const char* path : {"", "/why/", "/Why", "/proxy.pac.bak", "//", "*", "/favicon.ico"}) {
    EXPECT_EQ(ownPageAt(path), std::nullopt) << path;
  }
}

TEST(PacPage, HasItsOwnTypeWhateverIsAccepted) {
  for (const bool html : {false, true}) {
    const std::string file = page(OwnPage::pac, {}, html, true, "application/x-ns-proxy-autoconfig");
    EXPECT_TRUE(has(file, "var others = \"PROXY proxy.lan:3128\";"));
    EXPECT_TRUE(has(file, "{plain: true}"));
  }
}

TEST(SetupPage, HasEveryGuideInBothForms) {
  const std::string html = page(OwnPage::setup, {}, true);
  const std::string text = page(OwnPage::setup, {}, false);
  for (const char* part : {"http://proxy.lan:3128/proxy.pac", "export http_proxy=http://proxy.lan:3128"}) {
    EXPECT_TRUE(has(html, part) && has(text, part)) << part;
  }
  EXPECT_TRUE(has(html, "<h2 id=\"curl\">"));
  EXPECT_TRUE(has(html, "<pre>curl http://megaphone.internal/\n</pre>"));
  EXPECT_TRUE(has(html, "Acquire::http::Proxy &quot;http://proxy.lan:3128&quot;;"));
  EXPECT_TRUE(has(text, "\n  curl http://megaphone.internal/\n"));
}

TEST(WhyPage, TellsAllThatIsKnown) {
  for (const bool html : {false, true}) {
    const std::string why = page(OwnPage::why, {failure("a.example:443")}, html);
    for (const char* part :
         {"192.0.2.7", "CONNECT a.example:443", "The destination refused the connection.", "connection_refused",
          "on the origin", "s side", "answered 502", "exchange 0000-0-4711; 3 times",
          "Sun, 06 Nov 1994 08:47:32 GMT, 2min ago", "nothing listens on that port"}) {
      EXPECT_TRUE(has(why, part)) << part << "\n" << why;
    }
  }
}

TEST(EveryPage, HasTheNoteOfTheOperatorAsText) {
  for (const bool html : {false, true}) {
    for (const OwnPage which : {OwnPage::home, OwnPage::setup, OwnPage::why}) {
      const setup::PacRules rules;
      std::string out;
      appendOwnPage(out, which, {.proxy = {"proxy.lan", 3128}, .pac = rules},
                    {.wantsHtml = html, .note = "Ask <b>Ada</b>\nroom 7"});
      EXPECT_TRUE(has(
          out, html ? "<p class=\"note\">Ask &lt;b&gt;Ada&lt;/b&gt;<br>\nroom 7</p>" : "\nAsk <b>Ada</b>\nroom 7\n"));
    }
  }
}

TEST(SetupPage, BeginsWithItsContents) {
  const std::string html = page(OwnPage::setup, {}, true);
  EXPECT_TRUE(has(html, "<li><a href=\"#curl\">curl, whoever starts it</a></li>"));
  EXPECT_LT(html.find("href=\"#git\""), html.find("id=\"chromium\""));
}

TEST(WhyPage, KeepsTheOrderAndSaysWhenThereIsNothing) {
  const std::string why = page(OwnPage::why, {failure("new.example:443"), failure("old.example:443")}, false);
  EXPECT_LT(why.find("new.example"), why.find("old.example"));
  EXPECT_TRUE(has(page(OwnPage::why, {}, true), "Nothing that 192.0.2.7 asked this proxy for has failed lately."));
  EXPECT_TRUE(has(page(OwnPage::why, {}, false, false), "failures_per_client = 0"));
}

TEST(WhyPage, PutsWhatBrowsersAskForByThemselvesBehindTheRest) {
  record::Failure own = failure("update.googleapis.com:443");
  own.by_itself = true;
  for (const bool html : {false, true}) {
    const std::string why = page(OwnPage::why, {own, failure("a.example:443")}, html);
    EXPECT_LT(why.find("a.example:443"), why.find("What browsers ask for by themselves"));
    EXPECT_LT(why.find("What browsers ask for by themselves"), why.find("update.googleapis.com"));
  }
  EXPECT_FALSE(has(page(OwnPage::why, {failure("a.example:443")}, true), "by themselves"));
}

TEST(WhyPage, IsHarmlessWhateverWasAskedFor) {
  const std::string html = page(OwnPage::why, {failure("http://a/<script>alert('\"')&</script>")}, true);
  EXPECT_FALSE(has(html, "<script>"));
  EXPECT_TRUE(has(html, "http://a/&lt;script&gt;alert(&#39;&quot;&#39;)&amp;&lt;/script&gt;"));
  EXPECT_TRUE(has(html, "&lt;no&gt;"));
  const std::string text = page(OwnPage::why,
                                {failure("http://a/\x1b[31m\xc2\x9b"
                                         "31m\n")},
                                false);
  EXPECT_TRUE(has(text, "http://a/?[31m??31m?\n"));
}

}  // namespace
}  // namespace megaphone::proxy
