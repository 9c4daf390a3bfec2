// Files that nobody writes by hand: deep, long, or wrong in every line. They get a short answer.
#include <gtest/gtest.h>

#include <algorithm>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

const std::string kListener = "[[proxy]]\nlisten = \"127.0.0.1:3128\"\n";

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

std::size_t size(const Loaded& loaded) {
  std::size_t out = 0;
  for (const Problem& problem : loaded.problems) out += format(problem, "m").size();
  return out;
}

// Told in the third line, and short.
void expectTooDeep(const std::string& text) {
  const Loaded loaded = parse(kListener + text, "m");
  ASSERT_FALSE(loaded.problems.empty()) << text.substr(0, 40);
  EXPECT_FALSE(loaded.settings);
  EXPECT_EQ(loaded.problems[0].position.line, 3u) << text.substr(0, 40);
  EXPECT_NE(loaded.problems[0].message.find("nested deeper than 16 levels"), std::string::npos)
      << loaded.problems[0].message;
  EXPECT_LT(size(loaded), 20'000u);
}

TEST(Endless, DepthIsBounded) {
  for (const std::size_t depth : {17u, 300u, 50'000u}) {
    expectTooDeep("x-a" + repeated(".b", depth) + " = 1\n");
    expectTooDeep("x-a" + repeated(" . \"b\"", depth) + " = 1\n");
    expectTooDeep("[x-a" + repeated(".b", depth) + "]\n");
    expectTooDeep("[[x-a" + repeated(".b", depth) + "]]\n");
    expectTooDeep("x-a = " + repeated("[", depth) + repeated("]", depth) + "\n");
    expectTooDeep("x-a = " + repeated("{a=", depth) + "1" + repeated("}", depth) + "\n");
    expectTooDeep("x-a = { b" + repeated(".c", depth) + " = 1 }\n");
    expectTooDeep("x-a = [\"\"\"\"\"\"\"\", '''a''''', { b" + repeated(".c", depth) + " = 1 }]\n");
    expectTooDeep("x-a = \"\"\"\\\"\"\"\"; x-a = " + repeated("[", depth) + "\n");
  }
}

TEST(Endless, WhatPeopleWriteIsNotTooDeep) {
  std::string networks;
  for (int i = 0; i < 200; ++i) networks += "\"10.0." + std::to_string(i) + ".0/24\", ";
  EXPECT_TRUE(
      parse(kListener + "clients = [" + networks + "]  # ...................... [[[[[[[[[[[[[[[[[[[[[\n" +
                "x-note = \"..................... [[[[[[[[[[[[[[[[[[[[[[\"\n"
                "x-more = '''\n....................\n[[[[[[[[[[[[[[[[[[[\n'''\n[x-a.b.c.d.e]\nf.g.h = [[[1]]]\n",
            "m")
          .settings);
}

TEST(Endless, OfManyErrorsAHundredAreToldAndTheOthersCounted) {
  std::string text = kListener;
  for (int i = 0; i < 60'000; ++i) text += "k" + std::to_string(i) + " = 1\n";
  const Loaded loaded = parse(text, "m");
  EXPECT_FALSE(loaded.settings);
  ASSERT_EQ(loaded.problems.size(), 101u);
  EXPECT_EQ(loaded.problems.back().message, "59900 more problems are not shown");
  EXPECT_EQ(loaded.problems.back().severity, Problem::Severity::note);
}

TEST(Endless, WarningsDoNotHideErrors) {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += "[[proxy]]\nlisten = \"127.0.0.1:" + std::to_string(i + 1) + "\"\nclients = []\n";
  const Loaded loaded = parse(text + "[log]\nbanana = 1\n", "m");
  EXPECT_FALSE(loaded.settings);
  EXPECT_TRUE(std::any_of(loaded.problems.begin(), loaded.problems.end(),
                          [](const Problem& each) { return each.message == "[log] has no key \"banana\""; }));
}

TEST(Endless, LongValuesListsAndLinesAreNotRepeatedWhole) {
  const std::string long_text(100'000, 'x');
  for (const std::string& text :
       {"name = \"" + long_text + "\"\n", "name = \"" + long_text + "\n", long_text + "\n", long_text + " = 1\n",
        "[" + long_text + "]\n", "clients = \"" + long_text + "\"\n",
        "clients = [" + repeated("\"x\", ", 90'000) + "]\n", "capture = \"" + long_text + "\"\n",
        "max_head = \"" + long_text + "\"\n", "forwarded = \"" + long_text + "\"\n",
        "idle_timeout = " + std::string(100'000, '9') + "\n", repeated("[\n", 100'000), std::string(100'000, '\0'),
        std::string(100'000, '\xFF'), repeated("\r", 100'000), repeated("[[proxy]]\n", 20'000)}) {
    const Loaded loaded = parse(kListener + text, "m");
    EXPECT_FALSE(loaded.settings) << text.substr(0, 20);
    EXPECT_LT(size(loaded), 200'000u) << text.substr(0, 20);
    EXPECT_GT(size(loaded), 0u) << text.substr(0, 20);
  }
}

TEST(Endless, AddressesOfOneListenerAreComparedInTime) {
  std::string text = "[[proxy]]\nlisten = [";
  for (int i = 0; i < 20'000; ++i) {
    text += "\"127." + std::to_string(i / 65'536) + "." + std::to_string(i / 256 % 256) + "." +
            std::to_string(i % 256) + ":80\",\n";
  }
  EXPECT_TRUE(parse(text + "]\n", "m").settings);
}

TEST(Endless, ByteOrderMarkAndLineEndsOfWindowsAreTaken) {
  EXPECT_TRUE(parse("\xEF\xBB\xBF[[proxy]]\r\nlisten = \"127.0.0.1:3128\"\r\n", "m").settings);
}

}  // namespace
}  // namespace megaphone::config
