#include "batch.h"

#include <gtest/gtest.h>

#include <string>

namespace megaphone::server {
namespace {

std::string text(const Batch& batch) {
  std::string out;
  for (const iovec& piece : batch.pieces()) out.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  return out;
}

TEST(Batch, CopiesWhatIsShortLivedAndRefersToWhatStays) {
  Batch batch;
  const std::string content(5000, 'c');
  {
    std::string head = "head ";
    EXPECT_TRUE(batch.copy(head));
    head = "xxxxx";
  }
  EXPECT_TRUE(batch.refer(content));
  EXPECT_TRUE(batch.copy(" tail"));
  EXPECT_EQ(text(batch), "head " + content + " tail");
  EXPECT_EQ(batch.pieces().size(), 3u);
  EXPECT_EQ(batch.pieces()[1].iov_base, content.data());
}

TEST(Batch, SmallNeighboursBecomeOnePiece) {
  Batch batch;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(batch.refer("x"));
  EXPECT_EQ(batch.pieces().size(), 1u);
}

TEST(Batch, SaysWhenItIsFullAndLosesNothing) {
  Batch batch;
  const std::string half(Batch::kArena / 2 + 1, 'h');
  EXPECT_TRUE(batch.copy(half));
  EXPECT_FALSE(batch.copy(half));
  EXPECT_EQ(text(batch), half);
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.copy(half));
}

}  // namespace
}  // namespace megaphone::server
