#include "load_shedding.h"

#include <gtest/gtest.h>

namespace megaphone::server {
namespace {

TEST(DescriptorMarks, LeaveRoomForOriginsAndForRefusals) {
  for (const std::uint64_t limit : {64U, 100U, 300U, 1024U, 1'048'576U}) {
    const DescriptorMarks marks = marksFor(limit);
    EXPECT_GT(marks.crowded, 0) << limit;
    EXPECT_LT(marks.crowded, marks.full) << limit;
    EXPECT_LT(marks.full, marks.last) << limit;
    EXPECT_LT(marks.last, static_cast<int>(limit)) << limit;
  }
}

TEST(DescriptorMarks, WasteLittleOfALargeTable) { EXPECT_GT(marksFor(1'048'576).crowded, 1'048'000); }

TEST(DescriptorMarks, AreNeverReachedWithoutALimit) { EXPECT_GT(marksFor(UINT64_MAX).crowded, 1'000'000'000); }

}  // namespace
}  // namespace megaphone::server
