#include "liveness_check.h"

#include <gtest/gtest.h>

namespace megaphone::app {
namespace {

using Threads = std::vector<std::size_t>;

TEST(LivenessCheck, IsOverWithTheLastAnswer) {
  LivenessCheck call(3);
  EXPECT_EQ(call.missing(), Threads{}) << "nobody was asked";
  ASSERT_TRUE(call.begin());
  EXPECT_FALSE(call.answer(2));
  EXPECT_FALSE(call.answer(0));
  EXPECT_EQ(call.missing(), Threads{1});
  EXPECT_TRUE(call.answer(1));
  EXPECT_EQ(call.missing(), Threads{});
}

TEST(LivenessCheck, OneThatIsStuckHoldsUpTheNextCall) {
  LivenessCheck call(2);
  ASSERT_TRUE(call.begin());
  call.answer(0);
  EXPECT_FALSE(call.begin());
  EXPECT_EQ(call.missing(), Threads{1}) << "who has answered is not asked again";
  EXPECT_TRUE(call.answer(1));
  EXPECT_TRUE(call.begin());
  EXPECT_EQ(call.missing(), (Threads{0, 1}));
}

TEST(LivenessCheck, NobodyAnswersForAnother) {
  LivenessCheck call(2);
  ASSERT_TRUE(call.begin());
  EXPECT_FALSE(call.answer(0));
  EXPECT_FALSE(call.answer(0));
  EXPECT_EQ(call.missing(), Threads{1});
}

}  // namespace
}  // namespace megaphone::app
