#include "megaphone/base/ascii.h"

#include <gtest/gtest.h>

#include <vector>

#include "megaphone/base/error.h"

namespace megaphone {
namespace {

std::vector<std::string> elements(std::string_view list) {
  std::vector<std::string> out;
  ascii::forEachListElement(list, [&](std::string_view element) { out.emplace_back(element); });
  return out;
}

TEST(Ascii, DecimalTakesDigitsOnlyAndNoOverflow) {
  EXPECT_EQ(ascii::parseDecimal("0"), 0u);
  EXPECT_EQ(ascii::parseDecimal("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "+1", "-1", " 1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(ascii::parseDecimal(text)) << text;
  }
  EXPECT_FALSE(ascii::parseDecimal("70000", 65535));
}

TEST(Ascii, HexIsLowerCaseWithoutLeadingZeros) {
  std::string out;
  ascii::appendHex(out, 0xABC);
  EXPECT_EQ(out, "abc");
}

TEST(Ascii, PaddedHasZerosInFrontAndTheLastDigits) {
  std::string out = "at ";
  ascii::appendPadded(out, 7, 2);
  ascii::appendPadded(out += ':', 0, 3);
  ascii::appendPadded(out += ':', 1234, 2);
  EXPECT_EQ(out, "at 07:000:34");
}

TEST(Ascii, ListsAreSplitAtEveryComma) {
  EXPECT_EQ(elements(" a ,, b,\tc "), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(elements(R"(a="x,y", b)"), (std::vector<std::string>{R"(a="x)", R"(y")", "b"}));
  EXPECT_EQ(elements("\"x, close"), (std::vector<std::string>{"\"x", "close"}));
  EXPECT_EQ(elements(",a,"), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(elements("").empty());
}

TEST(Ascii, TokensAreTchars) {
  EXPECT_TRUE(ascii::isToken("X-Y_z~1"));
  EXPECT_FALSE(ascii::isToken(""));
  EXPECT_FALSE(ascii::isToken("a b"));
  EXPECT_FALSE(ascii::isToken("a\xc3"));
}

TEST(Ascii, JoinsWithCommas) {
  EXPECT_EQ(ascii::join({}), "");
  EXPECT_EQ(ascii::join({"a"}), "a");
  EXPECT_EQ(ascii::join({"a", "", "b"}), "a, , b");
}

TEST(Reason, EveryWordIsUniqueAndHasASentence) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_FALSE(sentence(reason).empty());
    for (const auto& other : words) EXPECT_NE(word(reason), other);
    words.push_back(word(reason));
  }
}

TEST(Error, SaysWhatOnWhatAndWhy) {
  EXPECT_EQ(describe(systemError(EADDRINUSE, "bind 127.0.0.1:1")), "bind 127.0.0.1:1: Address already in use");
  EXPECT_EQ(describe({Reason::connection_refused, Side::origin, 0, "connect"}),
            "connect: the destination refused the connection");
}

}  // namespace
}  // namespace megaphone
