#include "megaphone/base/escaped.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

using namespace std::string_literals;

TEST(Escaped, LeavesTextAlone) {
  EXPECT_EQ(escaped(""), "");
  EXPECT_EQ(escaped("connect to [::1]:80: \"no\" \\ way"), "connect to [::1]:80: \"no\" \\ way");
  EXPECT_EQ(escaped("gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x93\xa3"),
            "gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x93\xa3");
}

TEST(Escaped, ShowsControlCharactersInsteadOfObeyingThem) {
  EXPECT_EQ(escaped("a\nb\r\tc"), "a\\x0ab\\x0d\\x09c");
  EXPECT_EQ(escaped("\0\x1b[31m\x7f"s), "\\x00\\x1b[31m\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "31m"),
            "\\xc2\\x9b31m");
}

TEST(Escaped, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(escaped("\xff"
                    "a\xc3"),
            "\\xffa\\xc3");
  EXPECT_EQ(escaped("\x9b"), "\\x9b");
}

TEST(Masked, KeepsTheWidthOfALine) {
  EXPECT_EQ(masked("a\tb \xe2\x82\xac"), "a\tb \xe2\x82\xac");
  EXPECT_EQ(masked("a\x1b[2J\n\xff"), "a?[2J??");
}

}  // namespace
}  // namespace megaphone
