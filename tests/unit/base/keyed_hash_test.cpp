#include "megaphone/base/keyed_hash.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

TEST(KeyedHash, IsSipHash24) {
  const KeyedHash hash({0x0706050403020100u, 0x0f0e0d0c0b0a0908u});  // the key and the vectors of the paper's appendix
  std::string input;
  for (char c = 0; c < 15; ++c) input += c;
  EXPECT_EQ(hash(input), 0xa129ca6149be45e5u);
  EXPECT_EQ(hash(""), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(hash(input.substr(0, 8)), 0x93f5f5799a932462u);
}

TEST(KeyedHash, HasAnotherKeyEachTime) { EXPECT_NE(KeyedHash()("example.org"), KeyedHash()("example.org")); }

}  // namespace
}  // namespace megaphone
