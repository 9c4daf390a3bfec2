// What the PAC rules say. That the file says the same is tests/scenario/pac_test.py.
#include "megaphone/setup/pac.h"

#include <gtest/gtest.h>

namespace megaphone::setup {
namespace {

const HostPort kProxy{"proxy.lan", 3128};

PacRules rules(std::initializer_list<const char*> exceptions, bool fallback = false) {
  PacRules out{{}, fallback};
  for (const char* each : exceptions) out.exceptions.push_back(*HostPattern::parse(each));
  return out;
}

std::string answer(const PacRules& rules, std::string_view url, const HostPort& proxy = kProxy) {
  const auto answer = askPac(rules, proxy, url);
  if (!answer) return "error";
  return answer->text + (answer->by.empty() ? "" : " by " + answer->by);
}

TEST(Pac, SendsToTheProxyWhatNoExceptionNames) {
  const PacRules some = rules({"example.org", ".corp.example", "10.0.0.0/8", "fc00::/7"});
  EXPECT_EQ(answer(some, "http://www.example.org/"), "PROXY proxy.lan:3128");
  EXPECT_EQ(answer(some, "https://Example.ORG:8443/a?b#c"), "DIRECT by example.org");
  EXPECT_EQ(answer(some, "ws://a.corp.example"), "DIRECT by .corp.example");
  EXPECT_EQ(answer(some, "http://user:pass@10.1.2.3/"), "DIRECT by 10.0.0.0/8");
  EXPECT_EQ(answer(some, "http://[FD00:0::1]:80/"), "DIRECT by fc00::/7");
  EXPECT_EQ(answer(some, "http://printer/"), "PROXY proxy.lan:3128");
}

TEST(Pac, TakesWhatIsTypedForHttp) {
  EXPECT_EQ(answer(rules({"example.org"}), "example.org"), "DIRECT by example.org");
  EXPECT_EQ(answer(rules({"example.org"}), "example.org:8080/a"), "DIRECT by example.org");
}

TEST(Pac, GoesDirectlyToTheProxysOwnPagesOnly) {
  EXPECT_EQ(answer({}, "http://proxy.lan:3128/why"), "DIRECT by the proxy itself");
  EXPECT_EQ(answer({}, "http://proxy.lan/"), "PROXY proxy.lan:3128");
  EXPECT_EQ(answer({}, "https://proxy.lan:3128/"), "PROXY proxy.lan:3128");
  EXPECT_EQ(answer({}, "http://megaphone.internal/"), "PROXY proxy.lan:3128");
  EXPECT_EQ(answer({}, "http://wpad/", {"wpad", 80}), "DIRECT by the proxy itself");
}

TEST(Pac, FallsBackOnlyWhereThatIsWanted) {
  EXPECT_EQ(answer(rules({}, true), "http://a.example/"), "PROXY proxy.lan:3128; DIRECT");
  EXPECT_EQ(answer({}, "http://a.example/", {"::1", 80}), "PROXY [::1]:80");
}

TEST(Pac, RefusesWhatNoBrowserAsksAbout) {
  for (const char* url : {"", "/", "http://", "http:///a", "about:blank", "mailto:a@example.org", "file:///etc/passwd",
                          "http://a b/", "http://a:b/", "http://[::1/", "http://127.1/",
                          "http://b\xc3\xbc"
                          "cher.example/"}) {
    EXPECT_EQ(answer({}, url), "error") << url;
  }
}

TEST(PacFile, HasTheRulesAsATable) {
  PacRules some = rules({"example.org", ".example.org", "10.0.0.0/8", "fe80::/10"});
  some.exceptions.push_back(HostPattern::plainNames());
  const std::string file = pacFile(some, kProxy);
  for (const char* row :
       {"{name: \"example.org\"},  //", "{below: \".example.org\"},  //",
        "{network: [10, 0, 0, 0], prefix: 8},  // 10.0.0.0/8\n",
        "{network: [0xfe80, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0], prefix: 10},  //", "{plain: true}  // plain-names\n];",
        "var others = \"PROXY proxy.lan:3128\";", "var own = \"http://proxy.lan:3128/\";"}) {
    EXPECT_NE(file.find(row), std::string::npos) << row << "\n" << file;
  }
}

}  // namespace
}  // namespace megaphone::setup
