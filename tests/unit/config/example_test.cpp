// config/megaphone.toml is the manual of every key: these tests keep it true.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

std::vector<std::string> lines() {
  std::ifstream file(MEGAPHONE_EXAMPLE);
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

Settings settingsOf(const std::string& text) {
  const Loaded loaded = parse(text, "megaphone.toml");
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << format(problem, "megaphone.toml");
  return loaded.settings.value_or(Settings{});
}

// The commented defaults, without their "# ": "key = value".
const std::regex kCommented("^# ([a-z_]+ = .*)$");

std::string joined(bool uncomment) {
  std::string out;
  for (const std::string& line : lines()) {
    std::smatch match;
    out += uncomment && std::regex_match(line, match, kCommented) ? match[1].str() : line;
    out += "\n";
  }
  return out;
}

TEST(Example, IsReadAndListensOnThisMachineOnly) {
  const Settings settings = settingsOf(joined(false));
  ASSERT_EQ(settings.uppercase_tcp.size(), 1u);
  ASSERT_EQ(settings.uppercase_udp.size(), 1u);
  ASSERT_EQ(settings.proxies.size(), 1u);
  EXPECT_EQ(settings.uppercase_tcp[0].listen, std::vector{*ListenOn::parse("127.0.0.1:7007")});
  EXPECT_EQ(settings.uppercase_udp[0].listen, std::vector{*ListenOn::parse("127.0.0.1:7007")});
  EXPECT_EQ(settings.proxies[0].listen, std::vector{*ListenOn::parse("127.0.0.1:3128")});
}

TEST(Example, WithItsCommentsRemovedMeansTheSame) {
  EXPECT_EQ(toToml(settingsOf(joined(true))), toToml(settingsOf(joined(false))));
}

TEST(Example, ShowsEveryKeyOnceWithItsDefault) {
  std::map<std::string, std::map<std::string, std::string>> shown;  // section header -> key -> value
  std::string header;
  for (const std::string& line : lines()) {
    std::smatch match;
    if (line.starts_with('[')) header = line;
    const bool active = std::regex_match(line, match, std::regex("^([a-z_]+) = (.*)$"));
    if (!active && !std::regex_match(line, match, std::regex("^# ([a-z_]+) = (.*)$"))) continue;
    EXPECT_TRUE(shown[header].emplace(match[1], match[2]).second) << line << " stands twice in " << header;
  }
  for (const SectionInfo& section : describe()) {
    auto& keys = shown[headerText(section)];
    for (const KeyInfo& key : section.keys) {
      const auto found = keys.find(std::string(key.name));
      ASSERT_NE(found, keys.end()) << key.name << " is missing in " << headerText(section);
      if (!key.required) {
        EXPECT_EQ(found->second, key.standard) << key.name;
      }
      keys.erase(found);
    }
    for (const auto& [name, value] : keys) ADD_FAILURE() << headerText(section) << " has no key " << name;
    shown.erase(headerText(section));
  }
  for (const auto& [name, keys] : shown) ADD_FAILURE() << "there is no section " << name;
}

TEST(Example, FitsAScreen) {
  for (const std::string& line : lines()) EXPECT_LE(line.size(), 120u) << line;
}

}  // namespace
}  // namespace megaphone::config
