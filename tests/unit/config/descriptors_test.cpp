#include "megaphone/config/descriptors.h"

#include <gtest/gtest.h>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

constexpr std::string_view kFile =
    "[[proxy]]\nlisten = \"127.0.0.1:1\"\nmax_connections = 100\n"
    "[[uppercase_tcp]]\nlisten = \"127.0.0.1:2\"\nmax_connections = 10000\n"
    "[daemon]\nevent_loops = 2\nmax_idle_origins = 10\nmax_idle_per_origin = 1\n";

std::string told(std::string_view text, std::uint64_t descriptors) {
  const Loaded loaded = parse(text, "m", {2, descriptors});
  EXPECT_TRUE(loaded.settings);
  std::string out;
  for (const Problem& problem : loaded.problems) out += format(problem, "m");
  return out;
}

TEST(DescriptorNeed, CountsTwoForAClientOfAProxyAndOneForAnUppercaseConnection) {
  Settings settings;
  const std::uint64_t none = descriptorNeed(settings, 1).total();
  settings.proxies.emplace_back().max_connections = 1'000;
  settings.daemon.max_idle_origins = 7;
  EXPECT_EQ(descriptorNeed(settings, 1).total() - none, 2'007u);
  settings.uppercase_tcp.emplace_back().max_connections = 500;
  EXPECT_EQ(descriptorNeed(settings, 1).total() - none, 2'507u);
}

TEST(DescriptorNeed, GrowsWithTheEventLoops) {
  Settings settings;
  settings.proxies.emplace_back();
  const std::uint64_t of_four = descriptorNeed(settings, 4).total();
  EXPECT_GE(of_four, descriptorNeed(settings, 1).total() + 3 * settings.daemon.max_idle_origins);
  settings.daemon.event_loops = 4;
  EXPECT_EQ(descriptorNeed(settings, 1).total(), of_four);
}

TEST(DescriptorNeed, AboveTheLimitIsAWarningWithTheSumAtTheGreediestValue) {
  EXPECT_EQ(
      told(kFile, 1'000),
      R"(m:6:19: warning: the limits add up to 10704 descriptors, and this process may have 1000: 10000 for uppercase-tcp (max_connections) + 484 for listeners, pipes, workers and logs + 200 for proxy (2 x max_connections) + 20 for idle origins (2 event loops x max_idle_origins)
    6 | max_connections = 10000
      |                   ^^^^^
help: raise the hard limit (LimitNOFILE= of the unit, ulimit -Hn), or lower max_connections
)");
}

TEST(DescriptorNeed, OfDefaultsIsAboutTheWholeFile) {
  EXPECT_EQ(told("[[proxy]]\nlisten = \"127.0.0.1:1\"\n", 100).substr(0, 31), "m: warning: the limits add up t");
}

TEST(DescriptorNeed, OfDefaultsIsLoweredToWhatThereIs) {
  const std::string text =
      "[[proxy]]\nlisten = \"127.0.0.1:1\"\n[[uppercase_tcp]]\nlisten = \"127.0.0.1:2\"\nmax_connections = 5000\n";
  const Loaded loaded = parse(text, "m", {2, 20'000, {}, Occasion::start});
  ASSERT_TRUE(loaded.settings);
  EXPECT_LE(descriptorNeed(*loaded.settings, 2).total(), 20'000u);
  const Proxy& proxy = loaded.settings->proxies[0];
  EXPECT_GT(proxy.max_connections, 5'000u);
  EXPECT_EQ(proxy.max_connections_per_client, proxy.max_connections);
  EXPECT_EQ(loaded.settings->uppercase_tcp[0].max_connections, 5'000u) << "what is written stays";
  EXPECT_EQ(loaded.provenance.of({"proxy", 0, "max_connections"}), "default, lowered to fit 20000 descriptors");
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].severity, Problem::Severity::note);
  EXPECT_EQ(loaded.problems[0].message, "this process may have 20000 descriptors, so max_connections of proxy is " +
                                            std::to_string(proxy.max_connections) + ", max_idle_origins is " +
                                            std::to_string(loaded.settings->daemon.max_idle_origins));
  EXPECT_TRUE(parse(text, "m", {2, 20'000, {}, Occasion::check}).problems.empty()) << "it is said at the start only";
}

TEST(DescriptorNeed, OfDefaultsIsLoweredToNoLessThanIsOfUse) {
  for (const unsigned cpus : {1U, 8U, 64U}) {
    const Loaded loaded = parse("[[proxy]]\nlisten = \"127.0.0.1:1\"\n", "m", {cpus, 1'024});
    ASSERT_TRUE(loaded.settings);
    const Proxy& proxy = loaded.settings->proxies[0];
    EXPECT_GE(proxy.max_connections, 64u) << cpus;
    EXPECT_EQ(proxy.max_connections_per_client, proxy.max_connections);
  }
}

TEST(DescriptorNeed, IsNotToldUnderErrors) {
  const Loaded loaded = parse(std::string(kFile) + "banana = 1\n", "m", {2, 1'000});
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].severity, Problem::Severity::error);
}

TEST(DescriptorNeed, BelowTheLimitOrWithoutOneIsNoProblem) {
  EXPECT_EQ(told(kFile, 10'704), "");
  EXPECT_NE(told(kFile, 10'703), "");
  EXPECT_EQ(told(kFile, 0), "");
}

}  // namespace
}  // namespace megaphone::config
