#include "request.h"

#include <gtest/gtest.h>

namespace megaphone::control {
namespace {

TEST(Request, IsACommandAndItsOptions) {
  const auto read = readRequest("  list limit=3\tform=json  ");
  const auto* request = std::get_if<Request>(&read);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->command, "list");
  EXPECT_EQ(request->option("limit"), "3");
  EXPECT_EQ(request->option("form"), "json");
  EXPECT_EQ(request->option("socket"), std::nullopt);
}

TEST(Request, AValueMayBeEmptyOrHoldEqualsSigns) {
  const auto read = readRequest("x a= b=c=d");
  const auto* request = std::get_if<Request>(&read);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->option("a"), "");
  EXPECT_EQ(request->option("b"), "c=d");
}

TEST(Request, AnEmptyLineHasNoCommand) {
  const auto read = readRequest("");
  ASSERT_TRUE(std::get_if<Request>(&read));
  EXPECT_EQ(std::get<Request>(read).command, "");
}

TEST(Request, WhatCanBeReadInTwoWaysIsAMistake) {
  for (const char* line : {"list limit", "list =3", "list limit=1 limit=2"}) {
    const auto read = readRequest(line);
    EXPECT_TRUE(std::get_if<Mistake>(&read)) << line;
  }
}

}  // namespace
}  // namespace megaphone::control
