// What --print-config prints: everything in force, and where it comes from.
#include <gtest/gtest.h>

#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

constexpr std::string_view kFile = R"(
[[proxy]]
listen = "127.0.0.1:1"
max_head = "8KiB"

[[proxy]]
listen = [
  "127.0.0.1:2",
  "[::1]:2",
]
clients = ["any", "10.0.0.0/8"]
max_connections = 7
[daemon]
event_loops = 4
)";

Loaded loaded(std::string_view text) {
  Loaded out = parse(text, "m.toml");
  for (const Problem& problem : out.problems) ADD_FAILURE() << format(problem, "m.toml");
  return out;
}

// The origin behind the value of a key, in the table of that number among all that are printed.
std::string originOf(const std::string& text, const std::string& header, int number, const std::string& key) {
  std::size_t at = text.find(header);
  while (number-- > 0 && at != std::string::npos) at = text.find(header, at + 1);
  at = text.find("\n" + key + " = ", at);
  if (at == std::string::npos) return "no " + key;
  const std::string line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  return line.substr(line.find("  # ") + 4);
}

TEST(Print, EveryValueHasItsOrigin) {
  const Loaded file = loaded(kFile);
  const std::string text = toToml(*file.settings, file.provenance);
  EXPECT_EQ(originOf(text, "[[proxy]]", 0, "listen"), "m.toml:3");
  EXPECT_EQ(originOf(text, "[[proxy]]", 0, "max_head"), "m.toml:4");
  EXPECT_EQ(originOf(text, "[[proxy]]", 1, "listen"), "m.toml:7");
  EXPECT_EQ(originOf(text, "[[proxy]]", 1, "clients"), "m.toml:11");
  EXPECT_EQ(originOf(text, "[[proxy]]", 1, "max_head"), "default");
  EXPECT_EQ(originOf(text, "[daemon]", 0, "event_loops"), "m.toml:14");
  EXPECT_EQ(originOf(text, "[log]", 0, "level"), "default");
}

TEST(Print, ADefaultGivesWayToTheLimitAroundItAndSaysSo) {
  const Loaded file = loaded(kFile);
  EXPECT_EQ(file.settings->proxies[0].max_request_line, 8u * 1024);
  EXPECT_EQ(file.settings->proxies[1].max_connections_per_client, 7u);
  const std::string text = toToml(*file.settings, file.provenance);
  EXPECT_EQ(originOf(text, "[[proxy]]", 1, "max_connections_per_client"), "default, no more than max_connections");
}

TEST(Print, IsAFileThatMeansTheSame) {
  const Loaded file = loaded(kFile);
  const Loaded again = loaded(toToml(*file.settings, file.provenance));
  ASSERT_TRUE(again.settings);
  EXPECT_EQ(toToml(*again.settings), toToml(*file.settings));
}

TEST(Print, NamesEveryKeyOfEveryTable) {
  const Loaded file = loaded(kFile);
  const std::string text = toToml(*file.settings, file.provenance);
  for (const SectionInfo& section : describe()) {
    const bool there = !section.repeated || section.name == "proxy";
    for (const KeyInfo& key : section.keys) {
      if (!there) continue;
      EXPECT_NE(originOf(text, headerText(section), 0, std::string(key.name)), "no " + std::string(key.name));
    }
  }
}

TEST(Print, TheNameOfTheFileCannotEndTheComment) {
  const Loaded file = parse(kFile, "a\n[log]");
  const std::string text = toToml(*file.settings, file.provenance);
  EXPECT_EQ(originOf(text, "[[proxy]]", 0, "listen"), "a?[log]:3");
}

}  // namespace
}  // namespace megaphone::config
