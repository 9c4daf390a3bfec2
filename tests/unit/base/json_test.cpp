#include "megaphone/base/json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace megaphone::json {
namespace {

using namespace std::chrono_literals;

std::string escaped(std::string_view text) {
  std::string out;
  appendEscaped(out, text);
  return out;
}

TEST(Json, MembersStandInOrderBetweenBraces) {
  std::string out = "x";
  {
    Object object(out);
    object.text("name", "a");
    object.textIfAny("empty", "");
    object.number("count", 7);
    object.boolean("well", true);
    object.milliseconds("ms", 1'234'567ns);
    object.milliseconds("never", -1ns);
    object.key("list") += "[]";
  }
  EXPECT_EQ(out, R"(x{"name":"a","count":7,"well":true,"ms":1.234,"list":[]})");
}

TEST(Json, ArraysHaveWhatIsWrittenForEachElement) {
  std::string out;
  {
    Object object(out);
    object.array("none", std::vector<int>{}, [](int, std::string&) { FAIL(); });
    object.array("two", std::vector<std::string>{"a", "\""},
                 [](const auto& text, std::string& to) { appendText(to, text); });
  }
  EXPECT_EQ(out, R"({"none":[],"two":["a","\""]})");
}

TEST(Json, AnObjectWithoutMembersIsEmpty) {
  std::string out;
  { const Object object(out); }
  EXPECT_EQ(out, "{}");
}

TEST(Json, TextIsValidWhateverBytesItHas) {
  EXPECT_EQ(escaped("plain \xc3\xa4"), "plain \xc3\xa4");
  EXPECT_EQ(escaped("\"\\"), R"(\"\\)");
  EXPECT_EQ(escaped("\n\x7f"), R"(\u000a\u007f)");
  EXPECT_EQ(escaped("\xff\xc3"), R"(\u00ff\u00c3)");
  EXPECT_EQ(escaped("\xc2\x85"), R"(\u0085)");
}

}  // namespace
}  // namespace megaphone::json
