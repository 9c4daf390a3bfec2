#include "megaphone/base/utf8.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, MeasuresTheFirstAndLastCharacterOfEveryLength) {
  for (const auto text : {"\0"sv, "a"sv, "\x7f"sv}) EXPECT_EQ(utf8Length(text), 1u);
  for (const auto text : {"\xc2\x80"sv, "\xdf\xbf"sv}) EXPECT_EQ(utf8Length(text), 2u);
  for (const auto text : {"\xe0\xa0\x80"sv, "\xec\x80\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv, "\xef\xbf\xbf"sv}) {
    EXPECT_EQ(utf8Length(text), 3u);
  }
  for (const auto text : {"\xf0\x90\x80\x80"sv, "\xf3\xbf\xbf\xbf"sv, "\xf4\x8f\xbf\xbf"sv}) {
    EXPECT_EQ(utf8Length(text), 4u);
  }
  EXPECT_EQ(utf8Length("\xc3\xa9t\xc3\xa9"), 2u);
}

TEST(Utf8, RefusesWhatIsNoCharacter) {
  for (const auto text :
       {""sv, "\x80"sv, "\xbf"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xc2"sv, "\xc2\x7f"sv, "\xc2\xc0"sv, "\xe0\x9f\xbf"sv,
        "\xe1\x80"sv, "\xe1\x80\x7f"sv, "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv, "\xf0\x8f\xbf\xbf"sv, "\xf1\x80\x80"sv,
        "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv}) {
    EXPECT_EQ(utf8Length(text), 0u) << testing::PrintToString(text);
  }
}

TEST(Utf8, KnowsTheCharactersThatCommandATerminal) {
  for (const auto text : {"\0"sv, "\n"sv, "\x1b"sv, "\x1f"sv, "\x7f"sv, "\xc2\x80"sv, "\xc2\x9b"sv, "\xc2\x9f"sv}) {
    EXPECT_TRUE(utf8Control(text));
  }
  for (const auto text : {" "sv, "~"sv, "\xc2\xa0"sv, "\xc3\x9b"sv, "\xe2\x82\xac"sv}) EXPECT_FALSE(utf8Control(text));
}

}  // namespace
}  // namespace megaphone
