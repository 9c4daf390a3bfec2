// The schema's parts against the parser; tests/ops/schema_test.py holds files against the whole.
#include <gtest/gtest.h>

#include <regex>

#include "megaphone/config/keys.h"
#include "megaphone/config/units.h"

namespace megaphone::config {
namespace {

// The text of a default such as "\"10s\"", or of each in a list.
std::vector<std::string> textsOf(const std::string& standard) {
  std::vector<std::string> out;
  static const std::regex kText("\"([^\"]*)\"");
  for (std::sregex_iterator each(standard.begin(), standard.end(), kText), end; each != end; ++each)
    out.push_back((*each)[1]);
  return out;
}

bool allowed(const KeyInfo& key, const std::string& text) {
  if (std::find(key.words.begin(), key.words.end(), text) != key.words.end()) return true;
  return !key.pattern.empty() && std::regex_match(text, std::regex(key.pattern));
}

TEST(Schema, AllowsEveryDefaultAndBothEndsOfEveryRange) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& key : section.keys) {
      for (const std::string& text : {key.standard, key.lowest, key.highest}) {
        for (const std::string& each : textsOf(text)) EXPECT_TRUE(allowed(key, each)) << key.name << " = " << each;
      }
    }
  }
}

TEST(Schema, RefusesOtherTexts) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& key : section.keys) {
      EXPECT_FALSE(allowed(key, "\x01")) << key.name;
      if (key.name == "page_note") continue;  // which is prose, or nothing
      EXPECT_FALSE(allowed(key, "no such thing")) << key.name;
      EXPECT_FALSE(allowed(key, "")) << key.name;
    }
  }
}

TEST(Schema, NamesEveryKeyAndSection) {
  const std::string schema = toJsonSchema();
  for (const SectionInfo& section : describe()) {
    EXPECT_NE(schema.find("\n    \"" + std::string(section.name) + "\": {\n"), std::string::npos) << section.name;
    for (const KeyInfo& key : section.keys)
      EXPECT_NE(schema.find(" \"" + std::string(key.name) + "\": {\n"), std::string::npos) << key.name;
  }
}

TEST(Schema, ALimitAboveNothingForbidsZero) {
  for (const SectionInfo& section : describe()) {
    for (const KeyInfo& key : section.keys) {
      if (key.type != KeyInfo::Type::duration) continue;
      EXPECT_EQ(allowed(key, "0s"), readDuration(textsOf(key.lowest)[0]).value == Duration::zero()) << key.name;
    }
  }
}

}  // namespace
}  // namespace megaphone::config
