#include "megaphone/base/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace megaphone {
namespace {

TEST(Text, OfPiecesIsOneBehindTheOther) {
  EXPECT_EQ(concat(), "");
  EXPECT_EQ(concat("port ", std::uint16_t{80}, std::string(" of "), std::string_view("lab"), ": ", -1),
            "port 80 of lab: -1");
}

TEST(Text, OfARangeHasTheSeparatorBetween) {
  EXPECT_EQ(joined(std::vector<std::string>{}, ", "), "");
  EXPECT_EQ(joined(std::vector<std::string_view>{"", "b", "c"}, ", "), ", b, c");
}

}  // namespace
}  // namespace megaphone
