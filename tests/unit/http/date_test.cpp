#include "megaphone/http/date.h"

#include <gtest/gtest.h>

namespace megaphone::http {
namespace {

std::string dateOf(std::int64_t seconds) {
  std::string out;
  appendDate(out, WallTime(std::chrono::seconds(seconds)));
  return out;
}

TEST(HttpDate, IsWrittenAsTheRfcShowsIt) { EXPECT_EQ(dateOf(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT"); }

TEST(HttpDate, KnowsTheEpochLeapDaysAndTheEndOfADay) {
  EXPECT_EQ(dateOf(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(dateOf(1'709'251'199), "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(dateOf(1'709'251'200), "Fri, 01 Mar 2024 00:00:00 GMT");
}

TEST(HttpDate, CutsFractionsOfASecondOff) {
  std::string out = "Date: ";
  appendDate(out, WallTime(std::chrono::milliseconds(1'999)));
  EXPECT_EQ(out, "Date: Thu, 01 Jan 1970 00:00:01 GMT");
}

}  // namespace
}  // namespace megaphone::http
