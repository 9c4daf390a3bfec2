#include "megaphone/uppercase/uppercase.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace megaphone::uppercase {
namespace {

std::string upper(std::string text) {
  toUpper(text);
  return text;
}

// Written with a list of letters, so that it shares no arithmetic with the rule under test.
char expected(char c) {
  constexpr std::string_view kSmall = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kCapital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const auto at = kSmall.find(c);
  return at == std::string_view::npos ? c : kCapital[at];
}

TEST(Uppercase, EveryByteValueFollowsTheRule) {
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    EXPECT_EQ(upper(std::string(1, byte)), std::string(1, expected(byte))) << "byte " << value;
  }
}

TEST(Uppercase, EveryByteValueFollowsTheRuleInsideALongRun) {
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    EXPECT_EQ(upper(std::string(67, byte)), std::string(67, expected(byte))) << "byte " << value;
  }
}

TEST(Uppercase, AnyLengthAtAnyAlignmentChangesItsOwnBytesOnly) {
  constexpr std::size_t kRoom = 192;
  for (std::size_t begin = 0; begin < 33; ++begin) {
    for (std::size_t length = 0; length < 100; ++length) {
      std::string text(kRoom, 'm');
      toUpper(std::span(text).subspan(begin, length));
      const std::string wanted =
          std::string(begin, 'm') + std::string(length, 'M') + std::string(kRoom - begin - length, 'm');
      ASSERT_EQ(text, wanted) << "begin " << begin << " length " << length;
    }
  }
}

TEST(Uppercase, EmptyStaysEmpty) {
  toUpper({});
  EXPECT_EQ(upper(""), "");
}

TEST(Uppercase, Utf8OutsideAsciiIsUntouched) {
  EXPECT_EQ(upper("gr\xc3\xbc\xc3\x9f"
                  "e \xe2\x82\xac \xf0\x9f\x93\xa2!"),
            "GR\xc3\xbc\xc3\x9f"
            "E \xe2\x82\xac \xf0\x9f\x93\xa2!");
}

TEST(Uppercase, WhereAStreamIsCutDoesNotMatter) {
  std::string all;
  for (int value = 0; value < 512; ++value) all.push_back(static_cast<char>(value * 7));
  const std::string whole = upper(all);
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    ASSERT_EQ(upper(all.substr(0, cut)) + upper(all.substr(cut)), whole) << "cut at " << cut;
  }
  EXPECT_EQ(upper(whole), whole);
}

}  // namespace
}  // namespace megaphone::uppercase
