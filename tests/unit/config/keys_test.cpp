#include "megaphone/config/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

constexpr std::pair<std::string_view, std::string_view> kInside[]{
    {"min_ttl", "max_ttl = \"168h\""},
    {"max_connections_per_client", "max_connections = 1000000"},
    {"max_request_line", "max_head = \"16MiB\""},
    {"max_pending_per_destination", "max_pending_connects = 1000000"},
    {"max_pending_per_client", "max_pending_connects = 1000000"},
    {"max_idle_per_origin", "max_idle_origins = 1000000"},
};

// The errors of a file with one key set to what is given, and a listener so that nothing else is wrong.
std::vector<Problem> problemsOf(const SectionInfo& section, const KeyInfo& key, const std::string& value) {
  std::string text = headerText(section) + "\n" + std::string(key.name) + " = " + value + "\n";
  if (section.repeated && !key.required) text += "listen = \"127.0.0.1:1\"\n";
  // What is written must hold beside the limit around it.
  for (const auto& [inner, outer] : kInside) {
    if (key.name == inner) text += std::string(outer) + "\n";
  }
  text += "[[proxy]]\nlisten = \"127.0.0.1:2\"\n";
  if (section.name == "proxy") text += "name = \"another\"\n";
  std::vector<Problem> problems = parse(text, "test.toml").problems;
  std::erase_if(problems, [](const Problem& each) { return each.severity == Problem::Severity::warning; });
  return problems;
}

TEST(Keys, EachHasANameASentenceAndADefaultThatTheFileAccepts) {
  for (const SectionInfo& section : describe()) {
    EXPECT_TRUE(section.doc.ends_with('.')) << section.name;
    std::set<std::string_view> names;
    for (const KeyInfo& key : section.keys) {
      EXPECT_TRUE(names.insert(key.name).second) << key.name;
      EXPECT_TRUE(key.doc.ends_with('.')) << key.name;
      if (key.required) continue;
      EXPECT_TRUE(problemsOf(section, key, key.standard).empty()) << key.name << " = " << key.standard;
    }
  }
}

TEST(Keys, TheEndsOfEachRangeAreAcceptedAndWhatIsBehindThemIsNot) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& key : section.keys) {
      if (key.lowest.empty()) continue;
      EXPECT_TRUE(problemsOf(section, key, key.lowest).empty()) << key.name << " = " << key.lowest;
      EXPECT_TRUE(problemsOf(section, key, key.highest).empty()) << key.name << " = " << key.highest;
      const bool number = key.type == KeyInfo::Type::number;
      const std::string beyond = number ? key.highest + "0" : "\"9" + key.highest.substr(1);
      EXPECT_EQ(problemsOf(section, key, beyond).size(), 1u) << key.name << " = " << beyond;
    }
  }
}

TEST(Keys, EveryWordIsAcceptedAndAnotherIsNot) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& key : section.keys) {
      if (key.words.empty()) continue;
      for (const std::string_view word : key.words) {
        EXPECT_TRUE(problemsOf(section, key, "\"" + std::string(word) + "\"").empty()) << key.name << " = " << word;
      }
      EXPECT_EQ(problemsOf(section, key, "\"ba nana\"").size(), 1u) << key.name;
    }
  }
}

TEST(Keys, AValueOfTheWrongTypeIsOneProblemForEach) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& key : section.keys) {
      EXPECT_EQ(problemsOf(section, key, "2020-01-01").size(), 1u) << key.name;
      EXPECT_EQ(problemsOf(section, key, "{ a = 1 }").size(), 1u) << key.name;
      EXPECT_EQ(problemsOf(section, key, "[1.5]").size(), 1u) << key.name;
      EXPECT_EQ(problemsOf(section, key, "-1").size(), 1u) << key.name;
    }
  }
}

}  // namespace
}  // namespace megaphone::config
