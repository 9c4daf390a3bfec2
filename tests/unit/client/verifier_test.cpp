#include "verifier.h"

#include <gtest/gtest.h>

namespace megaphone::client {
namespace {

TEST(Verifier, CapitalsAreRightHoweverTheyAreCut) {
  Verifier verifier;
  verifier.sent("hel");
  EXPECT_EQ(verifier.received("H"), std::nullopt);
  verifier.sent("lo \xc3\xa4 1");
  EXPECT_EQ(verifier.received("ELLO"), std::nullopt);
  EXPECT_EQ(verifier.pending(), 5u);
  EXPECT_EQ(verifier.received(" \xc3\xa4 1"), std::nullopt);
  EXPECT_EQ(verifier.ended(), std::nullopt);
  EXPECT_EQ(verifier.verified(), 10u);
}

TEST(Verifier, TheFirstWrongByteIsFoundWithItsSurroundings) {
  Verifier verifier;
  std::string text(100, 'a');
  verifier.sent(text);
  EXPECT_EQ(verifier.received(std::string(40, 'A')), std::nullopt);
  const auto difference = verifier.received(std::string(10, 'A') + "x" + std::string(49, 'A'));
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->offset, 50u);
  EXPECT_EQ(difference->start, 32u);
  EXPECT_EQ(difference->expected, std::string(48, 'A'));
  EXPECT_EQ(difference->received, std::string(18, 'A') + "x" + std::string(29, 'A'));
  EXPECT_EQ(difference->expectedByte(), 'A');
  EXPECT_EQ(difference->receivedByte(), 'x');
}

TEST(Verifier, MoreThanWasAskedIsWrong) {
  Verifier verifier;
  verifier.sent("a");
  const auto difference = verifier.received("AB");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->offset, 1u);
  EXPECT_EQ(difference->expectedByte(), std::nullopt);
  EXPECT_EQ(difference->receivedByte(), 'B');
}

TEST(Verifier, LessThanWasAskedIsWrongAtTheEnd) {
  const auto difference = compare("abc", "AB");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->offset, 2u);
  EXPECT_EQ(difference->expectedByte(), 'C');
  EXPECT_EQ(difference->receivedByte(), std::nullopt);
}

TEST(Verifier, AnEmptyQuestionHasAnEmptyAnswer) {
  EXPECT_EQ(compare("", ""), std::nullopt);
  EXPECT_TRUE(compare("", "x"));
}

TEST(Verifier, OfALongStreamNoMoreThanAWindowIsHeld) {
  Verifier verifier;
  const std::string piece(60'000, 'z');
  const std::string answer(60'000, 'Z');
  for (int i = 0; i < 100; ++i) {
    ASSERT_LE(piece.size(), verifier.room());
    verifier.sent(piece);
    ASSERT_EQ(verifier.received(answer), std::nullopt);
  }
  while (verifier.room() > piece.size()) verifier.sent(piece);
  EXPECT_LT(verifier.room(), piece.size());
  const auto difference = verifier.received("z");
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->offset, 6'000'000u);
  EXPECT_EQ(difference->start, 6'000'000u / 16 * 16 - 16);
  EXPECT_EQ(difference->expected.size(), 48u);
}

}  // namespace
}  // namespace megaphone::client
