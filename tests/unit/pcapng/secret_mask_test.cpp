#include "megaphone/pcapng/secret_mask.h"

#include <gtest/gtest.h>

#include <string>

namespace megaphone::pcapng {
namespace {

std::string masked(std::string text) {
  SecretMask mask;
  mask.apply(text);
  return text;
}

TEST(SecretMask, HidesTheFourValuesAndNothingElse) {
  EXPECT_EQ(masked("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic QTpC\r\nAccept: */*\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: xxxxx xxxx\r\nAccept: */*\r\n\r\n");
  EXPECT_EQ(masked("x\r\nPROXY-authorization:\tBearer\r\n"), "x\r\nPROXY-authorization:\txxxxxx\r\n");
  EXPECT_EQ(masked("x\r\ncookie: a=b\r\nSet-Cookie: c=d; Path=/\r\n\r\nbody"),
            "x\r\ncookie: xxx\r\nSet-Cookie: xxxx xxxxxx\r\n\r\nbody");
}

TEST(SecretMask, LooksAtWholeNamesAtTheBeginningOfLines) {
  for (const std::string text : {"x\r\nCookies: a\r\n", "x\r\nMy-Cookie: a\r\n", "x\r\nAuthorizatio: a\r\n",
                                 "x\r\nAuthorization-Info: a\r\n", "see Cookie: a\r\n", "x\r\nCookie\r\nHost: a\r\n"}) {
    EXPECT_EQ(masked(text), text);
  }
}

TEST(SecretMask, SpellingsThatAreNotStrictHideNothingLess) {
  EXPECT_EQ(masked("x\n Cookie: a\n"), "x\n Cookie: x\n");
  EXPECT_EQ(masked("x\nCookie : a\n"), "x\nCookie : x\n");
  EXPECT_EQ(masked("x\r\nCookie: a\r\n b\r\n\tc\r\nHost: d\r\n"), "x\r\nCookie: x\r\n x\r\n\tx\r\nHost: d\r\n");
  EXPECT_EQ(masked("x\r\nCookie: a\rHost: b\r\n"), "x\r\nCookie: x\rxxxxx x\r\n") << "a bare CR ends no value";
}

TEST(SecretMask, AnyCutGivesTheSame) {
  const std::string text =
      "GET / HTTP/1.1\r\nCookie: a=b\r\n c\r\nAuthorization:Basic QQ==\r\nHost: x\r\n\r\nCookie: z";
  const std::string whole = masked(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SecretMask mask;
    std::string first = text.substr(0, cut);
    std::string second = text.substr(cut);
    mask.apply(first);
    mask.apply(second);
    EXPECT_EQ(first + second, whole) << cut;
  }
}

TEST(SecretMask, WhatFollowsAHoleMayBeAValue) {
  SecretMask mask;
  std::string before = "x\r\nCook";
  mask.apply(before);
  mask.skip();
  std::string behind = "secret\r\nHost: a\r\n";
  mask.apply(behind);
  EXPECT_EQ(behind, "xxxxxx\r\nHost: a\r\n");
}

// Of secrets only '!' is made, which stands nowhere else.
const std::string kHeads =
    "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic !!!!\r\nCookie: !=!;\r\n\t!!\r\n !\r\nAccept: */*\r\n\r\n"
    "GET / HTTP/1.1\r\nProxy-Authorization: !!\n !!\r\nSet-Cookie:!\r\n\r\nPOST / HTTP/1.1\r\nCookie:\r\n !\r\n\r\n";

TEST(SecretMask, WhereItBeginsInTheMiddleNothingIsShownOfAValue) {
  for (std::size_t begin = 0; begin < kHeads.size(); ++begin) {
    SecretMask mask;
    mask.skip();
    std::string rest = kHeads.substr(begin);
    mask.apply(rest);
    EXPECT_EQ(rest.find('!'), std::string::npos) << begin << ": " << rest;
  }
}

TEST(SecretMask, WhatIsLeftOutIsFollowed) {
  for (std::size_t begin = 0; begin < kHeads.size(); ++begin) {
    for (std::size_t size = 1; begin + size <= kHeads.size(); ++size) {
      SecretMask mask;
      std::string front = kHeads.substr(0, begin);
      mask.apply(front);
      mask.follow(std::string_view(kHeads).substr(begin, size));
      std::string rest = kHeads.substr(begin + size);
      mask.apply(rest);
      ASSERT_EQ(rest, masked(kHeads).substr(begin + size)) << begin << ", " << size;
    }
  }
}

TEST(SecretMask, OnlyWhoDoesNotKnowWhereItIsBeginsAgain) {
  SecretMask lost;
  lost.skip();
  lost.restart();
  std::string line = "GET / HTTP/1.1\r\n";
  lost.apply(line);
  EXPECT_EQ(line, "GET / HTTP/1.1\r\n");
  SecretMask sure;
  std::string half = "x\r\nCookie: a";
  sure.apply(half);
  sure.restart();
  std::string rest = "b\r\n";
  sure.apply(rest);
  EXPECT_EQ(rest, "x\r\n");
}

}  // namespace
}  // namespace megaphone::pcapng
