// Settings made of options obey the rules of a file.
#include "megaphone/config/options.h"

#include <gtest/gtest.h>

namespace megaphone::config {
namespace {

const OptionValue kProxy{"--proxy", {"proxy", 0, "listen"}, "127.0.0.1:3128"};

TEST(Options, SetValuesAndAreTheirOrigin) {
  const std::vector<OptionValue> values{kProxy, {"--level", {"log", 0, "level"}, "debug"}};
  const Loaded loaded = fromOptions(values);
  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->proxies[0].name, "proxy");
  EXPECT_EQ(loaded.settings->log.level, Log::Level::debug);
  EXPECT_EQ(loaded.provenance.of({"log", 0, "level"}), "option --level");
}

TEST(Options, ThatNameOneKeyAreNotASingleValue) {
  const std::vector<OptionValue> values{
      kProxy, {"--level", {"log", 0, "level"}, "debug"}, {"--level", {"log", 0, "level"}, "info"}};
  const Loaded loaded = fromOptions(values);
  EXPECT_FALSE(loaded.settings);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].message, "--level must be a word in quotes, not an array");
}

TEST(Options, ThatNameOneKeyAreAList) {
  const std::vector<OptionValue> values{kProxy,
                                        {"--allow", {"proxy", 0, "allow_destinations"}, "private"},
                                        {"--allow", {"proxy", 0, "allow_destinations"}, "192.0.2.1"}};
  const Loaded loaded = fromOptions(values);
  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->proxies[0].allow_destinations.size(), 5u);
  EXPECT_EQ(loaded.provenance.of({"proxy", 0, "allow_destinations"}), "option --allow");
  EXPECT_EQ(loaded.provenance.of({"proxy", 0, "pac_exceptions"}), "default, without what allow_destinations opens");
}

TEST(Options, AreCheckedLikeAFile) {
  const std::vector<OptionValue> twice{kProxy, {"--proxy", {"proxy", 1, "listen"}, "127.0.0.1:3128"}};
  const Loaded loaded = fromOptions(twice);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].message, "127.0.0.1:3128 (TCP) is taken by another listen");
  EXPECT_EQ(loaded.problems[0].position.line, 0u);
  const std::vector<OptionValue> wrong{{"--proxy", {"proxy", 0, "listen"}, "localhost:1"}};
  EXPECT_EQ(fromOptions(wrong).problems.at(0).message, "--proxy: \"localhost:1\" is not an address with a port");
}

}  // namespace
}  // namespace megaphone::config
