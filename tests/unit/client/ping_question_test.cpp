#include "ping_question.h"

#include <gtest/gtest.h>

#include "megaphone/uppercase/uppercase.h"
#include "verifier.h"

namespace megaphone::client {
namespace {

using namespace std::chrono_literals;

PingQuestion example() { return {0xDEADBEEF, 0x123456789ABC, MonoTime(42s + 7ns)}; }

std::string capitals(std::string text) {
  uppercase::toUpper(text);
  return text;
}

TEST(PingQuestion, ItsTagIsUpperCaseHexThatAServerLeavesAsItIs) {
  const std::string tag = example().text(PingQuestion::kTag);
  EXPECT_EQ(tag.substr(0, 36), "DEADBEEF123456789ABC00000009C7652407");
  EXPECT_EQ(capitals(tag), tag);
}

TEST(PingQuestion, AnAnswerSaysWhichQuestionItAnswersAndWhenThatWasSent) {
  const auto asked = PingQuestion::of(capitals(example().text(200)));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->run, example().run);
  EXPECT_EQ(asked->number, example().number);
  EXPECT_EQ(asked->sent, example().sent);
  EXPECT_EQ(compare(asked->text(200), capitals(example().text(200))), std::nullopt);
}

TEST(PingQuestion, WhatFollowsTheTagHasSmallLettersAndDiffersFromQuestionToQuestion) {
  PingQuestion next = example();
  next.number += 1;
  const std::string filler = example().text(500).substr(PingQuestion::kTag);
  EXPECT_NE(filler.substr(0, 1), capitals(filler.substr(0, 1)));
  EXPECT_NE(filler, next.text(500).substr(PingQuestion::kTag));
  for (const char c : filler) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
}

TEST(PingQuestion, ADamagedTagIsNoTag) {
  const std::string text = example().text(64);
  for (std::size_t i = 0; i < PingQuestion::kTag; ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == '0' ? '1' : '0';
    EXPECT_FALSE(PingQuestion::of(damaged)) << i;
    damaged[i] = 'a';
    EXPECT_FALSE(PingQuestion::of(damaged)) << i;
  }
  EXPECT_FALSE(PingQuestion::of(text.substr(0, PingQuestion::kTag - 1)));
  EXPECT_FALSE(PingQuestion::of(""));
}

}  // namespace
}  // namespace megaphone::client
