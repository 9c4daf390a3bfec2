#include "table.h"

#include <gtest/gtest.h>

namespace megaphone::control {
namespace {

using namespace std::chrono_literals;

Table filled(Form form) {
  Table table(form, {{"NAME"}, {"BYTES", Table::Align::right}, {"LAST"}});
  table.add({"a", table.bytes(1), table.duration(90s)});
  table.add({"gr\xc3\xbc\xc3\x9f", table.bytes(1536), table.duration(1500ms)});
  return table;
}

TEST(Table, HasColumnsForPeople) {
  EXPECT_EQ(filled(Form::table).text(),
            "NAME    BYTES  LAST\n"
            "a         1 B  1min 30s\n"
            "gr\xc3\xbc\xc3\x9f  1.5 KiB  1s\n");
}

TEST(Table, HasTabsAndExactFiguresForPrograms) {
  EXPECT_EQ(filled(Form::plain).text(),
            "NAME\tBYTES\tLAST\n"
            "a\t1\t90.000\n"
            "gr\xc3\xbc\xc3\x9f\t1536\t1.500\n");
}

TEST(Table, ACellCannotEndTheLineOrCommandATerminal) {
  Table table(Form::plain, {{"X"}});
  table.add({"a\tb\n\x1b[31m"});
  EXPECT_EQ(table.text(), "X\na\\x09b\\x0a\\x1b[31m\n");
}

TEST(Table, CutsWhatIsLongForPeopleOnly) {
  EXPECT_EQ(Table(Form::table, {}).cut("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", 3), "\xc3\xbc\xc3\xbc\u2026");
  EXPECT_EQ(Table(Form::table, {}).cut("abc", 3), "abc");
  EXPECT_EQ(Table(Form::plain, {}).cut("abcd", 3), "abcd");
}

TEST(ShortBytes, HasTheLargestUnitThatReadsWell) {
  EXPECT_EQ(shortBytes(0), "0 B");
  EXPECT_EQ(shortBytes(1023), "1023 B");
  EXPECT_EQ(shortBytes(1024), "1.0 KiB");
  EXPECT_EQ(shortBytes(150 * 1024), "150 KiB");
  EXPECT_EQ(shortBytes(1000 * 1024), "1.0 MiB");
  EXPECT_EQ(shortBytes(std::uint64_t{3} << 40), "3.0 TiB");
  EXPECT_EQ(shortBytes(UINT64_MAX), "16383 PiB");
}

TEST(ShortDuration, HasTwoUnitsAtMost) {
  EXPECT_EQ(shortDuration(5ms), "5ms");
  EXPECT_EQ(shortDuration(59s), "59s");
  EXPECT_EQ(shortDuration(60s), "1min");
  EXPECT_EQ(shortDuration(3h + 5min + 9s), "3h 5min");
  EXPECT_EQ(shortDuration(49h), "2d 1h");
}

TEST(Form, IsOneOfThree) {
  const auto read = [](const std::string& line) { return readForm(std::get<Request>(readRequest(line))); };
  EXPECT_EQ(std::get<Form>(read("list")), Form::table);
  EXPECT_EQ(std::get<Form>(read("list form=plain")), Form::plain);
  EXPECT_EQ(std::get<Form>(read("list form=json")), Form::json);
  EXPECT_TRUE(std::holds_alternative<Mistake>(read("list form=yaml")));
}

}  // namespace
}  // namespace megaphone::control
