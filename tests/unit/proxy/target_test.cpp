#include "megaphone/proxy/target.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace megaphone::proxy {
namespace {

using Form = Target::Form;

Target read(std::string_view method, std::string_view text) {
  Target target;
  const Result<void> result = target.read(method, text);
  EXPECT_TRUE(result.ok()) << method << " " << text << ": " << (result ? "" : result.error().context);
  return target;
}

void expectRefused(std::string_view method, std::string_view text) {
  Target target;
  const Result<void> result = target.read(method, text);
  ASSERT_FALSE(result.ok()) << method << " " << text;
  EXPECT_EQ(result.error().reason, Reason::http_request_error);
  EXPECT_EQ(result.error().side, Side::client);
  EXPECT_FALSE(result.error().context.empty());
}

TEST(AbsoluteTarget, IsCutIntoHostPortAndPath) {
  const Target target = read("GET", "http://a.example:8080/x/y?q=1");
  EXPECT_EQ(target.form, Form::absolute);
  EXPECT_EQ(target.host, "a.example");
  EXPECT_EQ(target.port, 8080);
  EXPECT_EQ(target.authority, "a.example:8080");
  EXPECT_EQ(target.path, "/x/y?q=1");
  EXPECT_EQ(target.key, "a.example:8080");
}

TEST(AbsoluteTarget, DefaultPortIsNotSaidToTheOrigin) {
  for (const std::string_view text : {"http://a.example/", "http://a.example:80/", "http://a.example:/",
                                      "HTTP://A.EXAMPLE:0080/", "hTTp://a.Example"}) {
    const Target target = read("GET", text);
    EXPECT_EQ(target.host, "a.example");
    EXPECT_EQ(target.port, 80);
    EXPECT_EQ(target.authority, "a.example");
    EXPECT_EQ(target.key, "a.example:80");
    EXPECT_EQ(target.path, "/");
  }
}

TEST(AbsoluteTarget, EmptyPathBecomesASlashAndTheQueryStays) {
  EXPECT_EQ(read("GET", "http://a").path, "/");
  EXPECT_EQ(read("GET", "http://a?q").path, "/?q");
  EXPECT_EQ(read("GET", "http://a?q=http://b/@").path, "/?q=http://b/@");
  EXPECT_EQ(read("GET", "http://a//b/../c").path, "//b/../c");
}

TEST(AbsoluteTarget, OfOptionsWithoutAPathIsTheWholeServer) {
  EXPECT_EQ(read("OPTIONS", "http://a").path, "*");
  EXPECT_EQ(read("OPTIONS", "http://a/").path, "/");
  EXPECT_EQ(read("OPTIONS", "http://a?q").path, "/?q");
}

TEST(AbsoluteTarget, Ipv6AddressHasOneSpelling) {
  for (const std::string_view text : {"http://[2001:DB8::1]:81/", "http://[2001:db8:0:0:0:0:0:1]:81/"}) {
    const Target target = read("GET", text);
    EXPECT_EQ(target.host, "2001:db8::1");
    EXPECT_EQ(target.authority, "[2001:db8::1]:81");
    EXPECT_EQ(target.key, "[2001:db8::1]:81");
  }
  EXPECT_EQ(read("GET", "http://[::1]").authority, "[::1]");
}

TEST(AbsoluteTarget, HostsThatAreNoneAreRefused) {
  for (const std::string_view text : {"http://",
                                      "http:///x",
                                      "http://:80/",
                                      "http://?q",
                                      "http://a b/",
                                      "http://a%20b/",
                                      "http://a\\b/",
                                      "http://a,b/",
                                      "http://[::1/",
                                      "http://[::1]x/",
                                      "http://[::1]80/",
                                      "http://[]/",
                                      "http://[127.0.0.1]/",
                                      "http://[fe80::1%eth0]/",
                                      "http://[::1]:x/",
                                      "http://user@/",
                                      "http://user@:80/",
                                      "http://user@a%20b/",
                                      "http://user:p@ss@a/",
                                      "http://@user@a/",
                                      "http://user:pa/ss@a/",
                                      "http://user:pa?ss@a/",
                                      "http://user:pa#ss@a/",
                                      "http://good\\@a/",
                                      "http://user\\:x@a/",
                                      "http://user@a\\b/",
                                      "http://[::1]@a/",
                                      "http://a]:80@b/",
                                      "#f",
                                      "http://#f",
                                      "http://\xc3\xa4/"}) {
    expectRefused("GET", text);
  }
  expectRefused("GET", "http://" + std::string(256, 'a') + "/");
  read("GET", "http://" + std::string(255, 'a') + "/");
}

TEST(AbsoluteTarget, PortsThatAreNoneAreRefused) {
  for (const std::string port :
       {"0", "65536", "99999", "000080", "-1", "+80", "8 0", "80x", "0x50", "18446744073709551696"}) {
    expectRefused("GET", "http://a:" + port + "/");
  }
  EXPECT_EQ(read("GET", "http://a:65535/").port, 65535);
  expectRefused("GET", "http://a:80:80/");
}

TEST(AbsoluteTarget, LosesItsUserInformationAndItsFragment) {
  for (const std::string_view text :
       {"http://user@a.example:81/x?y", "http://user:pass@a.example:81/x?y", "http://@a.example:81/x?y",
        "http://us%40er:80@a.example:81/x?y", "http://caf\xc3\xa9:\"<>@a.example:81/x?y", "http://a.example:81/x?y#",
        "http://a.example:81/x?y#z?/@#", "http://user:pass@a.example:81/x?y#z"}) {
    const Target target = read("GET", text);
    EXPECT_EQ(target.host + " " + target.authority + " " + target.key, "a.example a.example:81 a.example:81") << text;
    EXPECT_EQ(target.path, "/x?y") << text;
  }
  EXPECT_EQ(read("GET", "http://user@[::1]/").key, "[::1]:80");
  EXPECT_EQ(read("GET", "http://a#f").path, "/");
  EXPECT_EQ(read("GET", "http://a/#f").path, "/");
  EXPECT_EQ(read("OPTIONS", "http://u@a#f").path, "*");
  EXPECT_EQ(read("GET", "/why#f").path, "/why");
}

TEST(AbsoluteTarget, HasOtherBytesPercentEncoded) {
  EXPECT_EQ(read("GET", "http://a/t\xc3\xa9st?\xff=%c3\xbc").path, "/t%C3%A9st?%FF=%c3%BC");
}

TEST(AbsoluteTarget, OfAWebSocketIsThatOfHttp) {
  for (const std::string_view text : {"ws://a.example/chat", "WS://u@a.example:80/chat#f"}) {
    const Target target = read("GET", text);
    EXPECT_EQ(target.form, Form::absolute);
    EXPECT_EQ(target.key + target.path, "a.example:80/chat");
  }
}

TEST(AbsoluteTarget, OfAnotherSchemeIsToldWhatToDo) {
  struct Case {
    std::string_view target;
    std::string_view advice;
  };
  for (const Case& row : std::vector<Case>{{"https://a/", "CONNECT"},
                                           {"HTTPS://a/", "CONNECT"},
                                           {"wss://a/", "CONNECT"},
                                           {"ftp://a/", "without a proxy"},
                                           {"file:///etc/passwd", "without a proxy"},
                                           {"file:/x", "without a proxy"},
                                           {"gopher://a/", "without it"},
                                           {"a.example/x", "must begin with http://"},
                                           {"localhost:3000", "must begin with http://"}}) {
    Target target;
    const Result<void> result = target.read("GET", row.target);
    ASSERT_FALSE(result.ok()) << row.target;
    EXPECT_NE(result.error().context.find(row.advice), std::string::npos) << result.error().context;
  }
}

TEST(AbsoluteTarget, OtherSchemesAreRefused) {
  for (const std::string_view text :
       {"https://a/", "ftp://a/", "://a/", "httpx://a/", "a", "a:80", "http:/a", "mailto:x"}) {
    expectRefused("GET", text);
  }
}

TEST(AuthorityTarget, IsHostAndPort) {
  const Target target = read("CONNECT", "A.example:443");
  EXPECT_EQ(target.form, Form::authority);
  EXPECT_EQ(target.host, "a.example");
  EXPECT_EQ(target.port, 443);
  EXPECT_EQ(target.authority, "a.example:443");
  EXPECT_EQ(target.key, "a.example:443");
  EXPECT_EQ(read("CONNECT", "a:80").authority, "a:80");
  EXPECT_EQ(read("CONNECT", "[::1]:443").host, "::1");
}

TEST(AuthorityTarget, WithoutAPortOrWithMoreIsRefused) {
  for (const std::string_view text : {"a", "a:", ":443", "a:0", "a:65536", "a:443/", "http://a:443", "/a:443",
                                      "a:443?q", "a:443#f", "u@a:443", "[::1]", "[::1]:", "::1:443", "*", "a:+443"}) {
    expectRefused("CONNECT", text);
  }
}

TEST(OriginTarget, IsMeantForTheProxyItself) {
  const Target target = read("GET", "/status?x");
  EXPECT_EQ(target.form, Form::origin);
  EXPECT_EQ(target.path, "/status?x");
  EXPECT_EQ(target.host, "");
  EXPECT_EQ(target.key, "");
}

TEST(AsteriskTarget, IsForOptionsOnly) {
  EXPECT_EQ(read("OPTIONS", "*").form, Form::asterisk);
  EXPECT_EQ(read("OPTIONS", "*").path, "*");
  expectRefused("GET", "*");
}

TEST(Target, ReadAgainForgetsWhatWasThere) {
  Target target;
  ASSERT_TRUE(target.read("GET", "http://a:8080/x").ok());
  ASSERT_TRUE(target.read("OPTIONS", "*").ok());
  EXPECT_EQ(target.host + target.authority + target.key, "");
  EXPECT_EQ(target.port, 0);
}

TEST(HostValue, IsANameOrAddressWithOrWithoutAPort) {
  for (const std::string_view value :
       {"a.example", "a.example:80", "a:", "127.0.0.1", "[::1]", "[::1]:8080", "a_b", "a%2db", ""}) {
    EXPECT_TRUE(isHostValue(value)) << value;
  }
  for (const std::string_view value :
       {"a b",          "a/b",         "http://a", "u@a",  "a:x",     "a:80:80",  "[::1", "[::1]x", "a\tb",
        "a?b",          "a#b",         "a\"b",     "a\\b", "<a>",     "\xc3\xa4", ":80",  "[]",     "[xyz]",
        "[::1%25eth0]", "[127.0.0.1]", "a%zz",     "a%4",  "a:65536", "[v1]",     "[v.x]"}) {
    EXPECT_FALSE(isHostValue(value)) << value;
  }
}

TEST(HostValue, MayRepeatTheUserInformationOfTheTarget) {
  EXPECT_TRUE(repeatsUserInformation("u:p@a:81", "http://u:p@a:81/x"));
  EXPECT_TRUE(repeatsUserInformation("u@a", "http://u@a"));
  for (const auto& [value, target] :
       std::vector<std::pair<std::string_view, std::string_view>>{{"u@a", "http://a/"},
                                                                  {"u@a", "http://u@ab/"},
                                                                  {"a", "http://a/"},
                                                                  {"u@a/", "http://u@a/"},
                                                                  {"u@a", "u@a"},
                                                                  {"u@a b", "http://u@a b/"},
                                                                  {"x@y@a", "http://x@y@a/"}}) {
    EXPECT_FALSE(repeatsUserInformation(value, target)) << value << ' ' << target;
  }
}

}  // namespace
}  // namespace megaphone::proxy
