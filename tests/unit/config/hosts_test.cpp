#include "megaphone/config/hosts.h"

#include <gtest/gtest.h>

#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

std::vector<std::string> texts(std::string_view written) {
  const auto reading = readHosts(written);
  std::vector<std::string> out;
  for (const HostPattern& host : reading.value.value_or(std::vector<HostPattern>{})) out.push_back(host.text());
  return out;
}

using Texts = std::vector<std::string>;

TEST(Hosts, AreNamesDomainsNetworksAndWords) {
  EXPECT_EQ(texts("WWW.example.org"), (Texts{"www.example.org"}));
  EXPECT_EQ(texts("*.example.org"), (Texts{".example.org"}));
  EXPECT_EQ(texts("10.0.0.0/8"), (Texts{"10.0.0.0/8"}));
  EXPECT_EQ(texts("loopback"), (Texts{"127.0.0.0/8", "::1/128", "localhost", ".localhost"}));
  EXPECT_EQ(texts("link-local"), (Texts{"169.254.0.0/16", "fe80::/10"}));
  EXPECT_EQ(texts("plain-names"), (Texts{"plain-names"}));
}

TEST(Hosts, ThatAreNoneAreToldTheForm) {
  for (const char* text : {"any", "", "http://example.org", "a b", "example.org:80", "*"}) {
    EXPECT_NE(readHosts(text).advice.find(R"(".example.org" for all names below)"), std::string::npos) << text;
  }
  EXPECT_EQ(readHosts("10.0.0.1/8").advice, R"(the network of that length is "10.0.0.0/8"; one address has no prefix)");
  EXPECT_EQ(readHosts("::ffff:10.0.0.0/104").advice, R"(write the IPv4 network itself, without "::ffff:")");
}

TEST(Hosts, AreWrittenWithTheirWords) {
  const std::string list = R"(["example.org", "private", "plain-names", ".example.org", "loopback", "192.0.2.0/24"])";
  const Loaded loaded = parse("[[proxy]]\nlisten = \"127.0.0.1:1\"\npac_exceptions = " + list + "\n", "a.toml");
  ASSERT_TRUE(loaded.settings);
  EXPECT_NE(toToml(*loaded.settings).find("\npac_exceptions = " + list + "\n"), std::string::npos);
}

TEST(PacExceptions, AreByDefaultWhatIsDeniedByDefault) {
  const auto exceptions = [](const std::string& lines) {
    const Loaded loaded = parse("[[proxy]]\nlisten = \"127.0.0.1:1\"\n" + lines, "a.toml");
    const std::string text = loaded.settings ? toToml(*loaded.settings) : "";
    const std::size_t begin = text.find("\npac_exceptions = ") + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  const std::string all = R"(pac_exceptions = ["loopback", "private", "link-local", "plain-names"])";
  EXPECT_EQ(exceptions(""), all);
  EXPECT_EQ(exceptions("allow_destinations = [\"127.0.0.0/8\"]\n"), all);
  const std::string opened = exceptions("allow_destinations = [\"10.20.0.0/16\"]\n");
  EXPECT_EQ(opened.find("\"10.0.0.0/8\""), std::string::npos) << opened;
  EXPECT_NE(opened.find("\"192.168.0.0/16\""), std::string::npos) << opened;
  EXPECT_NE(exceptions("allow_destinations = [\"10.20.0.0/16\"]\npac_exceptions = \"private\"\n").find("\"private\""),
            std::string::npos);
}

}  // namespace
}  // namespace megaphone::config
