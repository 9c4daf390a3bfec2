#include "megaphone/base/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace megaphone {
namespace {

constexpr std::array<std::string_view, 5> kWords{"listen", "clients", "max_connections", "path", "tcp"};

TEST(Nearest, ALetterWrongMissingTooMuchOrExchangedIsForgiven) {
  EXPECT_EQ(nearest("lisTen", kWords), "listen");
  EXPECT_EQ(nearest("lissen", kWords), "listen");
  EXPECT_EQ(nearest("liste", kWords), "listen");
  EXPECT_EQ(nearest("listenn", kWords), "listen");
  EXPECT_EQ(nearest("lisetn", kWords), "listen");
  EXPECT_EQ(nearest("tpc", kWords), "tcp");
  EXPECT_EQ(nearest("maxconections", kWords), "max_connections");
}

TEST(Nearest, TheBeginningOfAWordIsCompletedToTheShortest) {
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warnings", "warning"};
  EXPECT_EQ(nearest("warn", kLevels), "warning");
  EXPECT_EQ(nearest("Max_c", kWords), "max_connections");
  EXPECT_EQ(nearest("ma", kWords), std::nullopt);
}

TEST(Nearest, NeverTheOpposite) {
  constexpr std::array<std::string_view, 6> kKeys{
      "allow_destinations", "deny_ports", "max_connections", "splice", "max_ttl", "with-secrets"};
  for (const std::string_view word :
       {"deny_destinations", "dny_destinations", "block_destinations", "disallow_destinations", "min_connections",
        "no_splice", "allow_ports", "min_ttl", "no-secrets", "without-secrets"}) {
    EXPECT_EQ(nearest(word, kKeys), std::nullopt) << word;
  }
  EXPECT_EQ(nearest("dney_ports", kKeys), "deny_ports");
  EXPECT_EQ(nearest("allow_destination", kKeys), "allow_destinations");
}

TEST(Nearest, AWordThatIsFarFromAllFindsNothing) {
  EXPECT_EQ(nearest("banana", kWords), std::nullopt);
  EXPECT_EQ(nearest("", kWords), std::nullopt);
  EXPECT_EQ(nearest("x", std::array<std::string_view, 1>{"y"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(10'000, 'x'), kWords), std::nullopt);
}

}  // namespace
}  // namespace megaphone
