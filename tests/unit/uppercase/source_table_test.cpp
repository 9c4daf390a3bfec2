#include "megaphone/uppercase/source_table.h"

#include <gtest/gtest.h>

#include <string>

namespace megaphone::uppercase {
namespace {

using namespace std::chrono_literals;
using Verdict = SourceTable::Verdict;

constexpr MonoTime kStart{1h};
const Endpoint kSource = *Endpoint::parse("192.0.2.1:5000");

struct SourceTableTest : testing::Test {
  SourceTable table{{.rate = 0, .rateLoopback = false, .repeats = 3, .silence = 10s}, 42};

  Verdict say(std::string_view text, MonoTime now = kStart, const Endpoint& source = kSource) {
    const bool unchanged = text.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
    return table.judge(source, {text.data(), text.size()}, unchanged, now);
  }
};

TEST_F(SourceTableTest, ASourceThatRepeatsWhatNeedsNoChangeIsSilencedForAWhile) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(say("ECHO"), Verdict::answer);
  EXPECT_EQ(say("ECHO"), Verdict::silence_begins);
  EXPECT_EQ(say("ECHO", kStart + 1s), Verdict::silenced);
  EXPECT_EQ(say("something else", kStart + 9s), Verdict::silenced);
  EXPECT_EQ(say("ECHO", kStart + 10s), Verdict::answer);
}

TEST_F(SourceTableTest, ADifferentOrAChangedDatagramBeginsTheCountAnew) {
  for (int round = 0; round < 10; ++round) {
    EXPECT_EQ(say("A"), Verdict::answer);
    EXPECT_EQ(say("A"), Verdict::answer);
    EXPECT_EQ(say(round % 2 == 0 ? "B" : "lower"), Verdict::answer);
  }
}

TEST_F(SourceTableTest, WhatUpperCasingChangesMayBeRepeatedForEver) {
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(say("ping"), Verdict::answer);
}

TEST_F(SourceTableTest, AnEmptyDatagramCountsToo) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(say(""), Verdict::answer);
  EXPECT_EQ(say(""), Verdict::silence_begins);
}

TEST_F(SourceTableTest, OneSourcesSilenceIsNotAnothers) {
  for (int i = 0; i < 4; ++i) say("ECHO");
  EXPECT_EQ(say("ECHO", kStart, *Endpoint::parse("192.0.2.1:5001")), Verdict::answer);
}

TEST_F(SourceTableTest, AHundredThousandForgedSourcesDoNotFreeOneThatKeepsTalking) {
  for (int i = 0; i < 4; ++i) say("ECHO");
  MonoTime now = kStart;
  for (unsigned i = 0; i < 100'000; ++i) {
    now += 1us;
    const auto source = Endpoint{IpAddress::v4({10, static_cast<std::uint8_t>(i >> 16),
                                                static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}),
                                 4000};
    say("X", now, source);
  }
  // It may have been displaced; then it is counted anew and silenced anew, never answered for ever.
  int answers = 0;
  for (int i = 0; i < 100; ++i) answers += say("ECHO", now) == Verdict::answer ? 1 : 0;
  EXPECT_LE(answers, 3);
}

TEST(SourceTableRate, BoundsOneSourceToItsRateAndLetsLoopbackBe) {
  SourceTable table({.rate = 10, .rateLoopback = false, .repeats = 0, .silence = 0s}, 42);
  const auto count = [&](const Endpoint& source, MonoTime now) {
    int answers = 0;
    for (int i = 0; i < 100; ++i) answers += table.judge(source, {}, false, now) == Verdict::answer ? 1 : 0;
    return answers;
  };
  EXPECT_EQ(count(kSource, kStart), 10);
  EXPECT_EQ(count(kSource, kStart), 0);
  EXPECT_EQ(count(*Endpoint::parse("192.0.2.1:5001"), kStart), 0);  // another port is the same source
  EXPECT_EQ(count(kSource, kStart + 500ms), 5);
  EXPECT_EQ(count(*Endpoint::parse("127.0.0.1:5000"), kStart), 100);
}

}  // namespace
}  // namespace megaphone::uppercase
