#include "hex_window.h"

#include <gtest/gtest.h>

#include "verifier.h"

namespace megaphone::client {
namespace {

TEST(HexWindow, TheWrongByteHasACaretBetweenRowsThatAreRight) {
  const std::string question = "the quick brown fox jumps over the lazy dog; once more.";
  std::string answer = "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG; ONCE MORE.";
  answer[20] = 'j';
  const auto difference = compare(question, answer);
  ASSERT_TRUE(difference);
  EXPECT_EQ(hexWindow(*difference, false),
            "  000000000000   54 48 45 20 51 55 49 43 4B 20 42 52 4F 57 4E 20  |THE QUICK BROWN |\n"
            "  000000000010 - 46 4F 58 20 4A 55 4D 50 53 20 4F 56 45 52 20 54  |FOX JUMPS OVER T|\n"
            "  000000000010 + 46 4F 58 20 6A 55 4D 50 53 20 4F 56 45 52 20 54  |FOX jUMPS OVER T|\n"
            "                             ^^\n"
            "  000000000020   48 45 20 4C 41 5A 59 20 44 4F 47 3B 20 4F 4E 43  |HE LAZY DOG; ONC|\n");
}

TEST(HexWindow, AMissingEndIsAnEmptyPlace) {
  const auto difference = compare("ab\n", "AB");
  ASSERT_TRUE(difference);
  EXPECT_EQ(hexWindow(*difference, false),
            "  000000000000 - 41 42 0A                                         |AB.|\n"
            "  000000000000 + 41 42                                            |AB|\n"
            "                       ^^\n");
}

TEST(HexWindow, OnlyWrongBytesAreColoured) {
  const auto difference = compare("ab", "Ab");
  ASSERT_TRUE(difference);
  const std::string window = hexWindow(*difference, true);
  EXPECT_NE(window.find("41 \x1b[32m42\x1b[0m"), std::string::npos) << window;
  EXPECT_NE(window.find("|A\x1b[31mb\x1b[0m|"), std::string::npos) << window;
}

}  // namespace
}  // namespace megaphone::client
