#include "lines.h"

#include <gtest/gtest.h>

namespace megaphone::client {
namespace {

TEST(LineSplitter, LinesComeOutHoweverThePiecesAreCut) {
  LineSplitter lines(100);
  lines.append("on");
  EXPECT_EQ(lines.next(), std::nullopt);
  lines.append("e\n\ntwo\nthr");
  EXPECT_EQ(lines.next(), "one");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), "two");
  EXPECT_EQ(lines.next(), std::nullopt);
  lines.end();
  EXPECT_EQ(lines.next(), "thr");
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(LineSplitter, AnEndAfterALineFeedIsNoFurtherLine) {
  LineSplitter lines(100);
  lines.append("one\n");
  lines.end();
  EXPECT_EQ(lines.next(), "one");
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(LineSplitter, ALineOfTheLimitPassesAndALongerOneIsRefused) {
  LineSplitter lines(3);
  lines.append("abc\nabcd\n");
  EXPECT_EQ(lines.next(), "abc");
  EXPECT_TRUE(lines.tooLong());
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(LineSplitter, ALineWithoutAnEndIsRefusedOnceItIsTooLong) {
  LineSplitter lines(3);
  lines.append("abc");
  EXPECT_FALSE(lines.tooLong());
  lines.append("d");
  EXPECT_TRUE(lines.tooLong());
}

}  // namespace
}  // namespace megaphone::client
