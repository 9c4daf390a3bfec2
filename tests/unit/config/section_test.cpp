// Tables inside of tables, and a kind of list of its own, by a file that only this test has.
#include "section.h"

#include <gtest/gtest.h>

#include "document.h"
#include "megaphone/base/ascii.h"

namespace megaphone::config {
namespace {

struct Share {
  std::uint32_t rate = 7;
};
struct Rule {
  std::string name;
  std::vector<std::uint32_t> weekdays;
  Position position{};
};
struct Gate {
  std::uint32_t width = 1;
  Share share;
  std::vector<Rule> rules;
  Position position{};
};
struct House {
  std::vector<Gate> gates;
};

// A new kind of list.
struct WeekdayElement {
  using Value = std::uint32_t;
  static constexpr KeyInfo::Type kType = KeyInfo::Type::ports;
  static constexpr std::string_view kNoun = "weekday";
  std::string form() const { return "a weekday from 1 to 7"; }
  std::string pattern() const { return "^[1-7]$"; }
  std::vector<ListWord<Value>> words() const { return {{"weekend", {6, 7}}}; }
  std::variant<Value, Refusal> parse(std::string_view text) const {
    const auto number = ascii::parseDecimal(text, 7);
    if (!number || *number == 0) return Refusal{"is not a weekday", form()};
    return static_cast<Value>(*number);
  }
  std::string write(const Value& value) const { return quote(std::to_string(value)); }
};

Section<House> houseSection() {
  const Section<Share> share{
      "share", "Of one client.", {{"rate", field<Share>(&Share::rate, NumberRule{1, 100}), "How much."}}};
  const Section<Rule> rule{"rule",
                           "When.",
                           {{"name", field<Rule>(&Rule::name, NameRule{}), "Whose.", true},
                            {"weekdays", field<Rule>(&Rule::weekdays, ListRule<WeekdayElement>{}), "On which days."}}};
  const Section<Gate> gate{"gate",
                           "A gate.",
                           {{"width", field<Gate>(&Gate::width, NumberRule{1, 9}), "How wide."}},
                           {table(&Gate::share, share), tables(&Gate::rules, rule)}};
  return {"", "A house.", {}, {tables(&House::gates, gate)}};
}

struct Read {
  House house;
  Provenance provenance;
  std::string told;
};

Read read(std::string_view text) {
  const std::string file = "h";
  Read out;
  Report report(text);
  const Document document = readDocument(text);
  readTable(houseSection(), TablePath{}, *document.root, TableReader(file, out.provenance, report), out.house);
  for (const Problem& problem : report.take()) out.told += summary(problem, file) + "\n";
  return out;
}

constexpr std::string_view kFile = R"([[gate]]
width = 3
[gate.share]
rate = 5
[[gate.rule]]
name = "a"
weekdays = ["1", "weekend", "3"]
[[gate]]
[[gate.rule]]
name = "b"
[[gate.rule]]
name = "c"
weekdays = "2"
)";

TEST(Section, TablesInsideOfTablesReachTheirMembers) {
  const Read file = read(kFile);
  EXPECT_EQ(file.told, "");
  ASSERT_EQ(file.house.gates.size(), 2u);
  EXPECT_EQ(file.house.gates[0].share.rate, 5u);
  EXPECT_EQ(file.house.gates[1].share.rate, 7u);
  ASSERT_EQ(file.house.gates[1].rules.size(), 2u);
  EXPECT_EQ(file.house.gates[1].rules[1].name, "c");
  EXPECT_EQ(file.house.gates[1].rules[1].position.line, 11u);
  EXPECT_EQ(file.house.gates[0].rules[0].weekdays, (std::vector<std::uint32_t>{1, 6, 7, 3}));
}

TEST(Section, ValuesInsideOfTablesHaveTheirPlaces) {
  const Read file = read(kFile);
  EXPECT_EQ(file.provenance.of({"gate 0 share", 0, "rate"}), "h:4");
  EXPECT_EQ(file.provenance.of({"gate 1 share", 0, "rate"}), "default");
  EXPECT_EQ(file.provenance.of({"gate 1 rule", 1, "weekdays"}), "h:13");
  const Span last = file.provenance.at({"gate 0 rule", 0, "weekdays"}, 3);
  EXPECT_EQ(last.begin.line, 7u);
  EXPECT_EQ(last.begin.column, 29u);
}

TEST(Section, WhatIsWrittenIsReadToTheSame) {
  TableWriter writer(nullptr);
  writeTable(houseSection(), read(kFile).house, TablePath{}, writer);
  const std::string text = writer.take();
  EXPECT_NE(text.find("\n[[gate.rule]]\nname = \"a\"\nweekdays = [\"1\", \"weekend\", \"3\"]\n"), std::string::npos)
      << text;
  TableWriter again(nullptr);
  writeTable(houseSection(), read(text).house, TablePath{}, again);
  EXPECT_EQ(again.take(), text);
}

TEST(Section, ProblemsNameTheirTable) {
  EXPECT_EQ(read("[[gate]]\nrule = 3\n[gate.share]\nrat = 1\n").told,
            "h:2:8: \"gate.rule\" must be an array of tables (write [[gate.rule]]; there can be any number of them)\n"
            "h:4:1: [gate.share] has no key \"rat\" (did you mean rate?)\n");
  EXPECT_EQ(read("[[gate]]\n[[gate.rule]]\nweekdays = [\"8\", \"weekend\"]\n").told,
            "h:2:1: [[gate.rule]] needs name (for example name = \"127.0.0.1:7007\")\n"
            "h:3:13: weekdays: \"8\" is not a weekday (a weekday from 1 to 7)\n");
}

TEST(Section, IsDescribedWithTheTablesInsideOfIt) {
  const SectionInfo house = describeSection(houseSection(), TablePath{});
  ASSERT_EQ(house.tables.size(), 1u);
  ASSERT_EQ(house.tables[0].tables.size(), 2u);
  EXPECT_EQ(headerText(house.tables[0].tables[0]), "[gate.share]");
  EXPECT_EQ(headerText(house.tables[0].tables[1]), "[[gate.rule]]");
  const KeyInfo& weekdays = house.tables[0].tables[1].keys[1];
  EXPECT_TRUE(weekdays.list);
  EXPECT_EQ(weekdays.words, std::vector<std::string_view>{"weekend"});
}

}  // namespace
}  // namespace megaphone::config
