#include "megaphone/base/byte_ring.h"

#include <gtest/gtest.h>

#include <string>

namespace megaphone {
namespace {

bool push(ByteRing& ring, const std::string& text) {
  if (!ring.makeRoom(text.size())) return false;
  ring.put(ring.pushed(), text.data(), text.size());
  ring.publish(ring.pushed() + text.size());
  return true;
}

std::string pop(ByteRing& ring, std::size_t size) {
  std::string text(size, '\0');
  ring.get(ring.popped(), text.data(), size);
  ring.release(ring.popped() + size);
  return text;
}

TEST(ByteRing, TakesNoMoreThanItsCapacity) {
  ByteRing ring(10);
  EXPECT_EQ(ring.capacity, 16u);
  EXPECT_TRUE(push(ring, std::string(16, 'x')));
  EXPECT_FALSE(push(ring, "y"));
  pop(ring, 1);
  EXPECT_TRUE(push(ring, "y"));
  EXPECT_EQ(pop(ring, 16), std::string(15, 'x') + "y");
  EXPECT_TRUE(ring.empty());
}

TEST(ByteRing, BytesMayLieAcrossItsEnd) {
  ByteRing ring(16);
  for (int i = 0; i < 100; ++i) {
    const std::string text = "number " + std::to_string(i);
    ASSERT_TRUE(push(ring, text));
    ASSERT_EQ(pop(ring, text.size()), text);
  }
}

TEST(ByteRing, NothingMayStandNowhere) {
  ByteRing ring(16);
  ring.put(ring.pushed(), nullptr, 0);
  ring.get(ring.popped(), nullptr, 0);
  EXPECT_TRUE(ring.empty());
}

TEST(ByteRing, SaysWhenItFillsUp) {
  ByteRing ring(16);
  push(ring, "12345678");
  EXPECT_FALSE(ring.fillingUp());
  EXPECT_FALSE(ring.isHalfFull());
  push(ring, "9");
  EXPECT_TRUE(ring.fillingUp());
  EXPECT_TRUE(ring.isHalfFull());
  pop(ring, 1);
  EXPECT_FALSE(ring.fillingUp());
}

}  // namespace
}  // namespace megaphone
