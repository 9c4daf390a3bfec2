// Text that is not TOML is reported in words that help, and does not hide other problems.
#include <gtest/gtest.h>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

constexpr std::string_view kListener = "[[proxy]]\nlisten = \"127.0.0.1:3128\"\n";

std::string told(std::string_view text) {
  const Loaded loaded = parse(text, "m.toml");
  EXPECT_FALSE(loaded.settings) << text;
  std::string out;
  for (const Problem& problem : loaded.problems) out += format(problem, "m.toml");
  return out;
}

struct SyntaxError {
  const char* what;
  const char* text;  // follows a good listener
  const char* told;
};

// clang-format off: what is told begins a line of its own, as people see it.
const SyntaxError kErrors[] = {
    {"a sign twice", "max_connections = = 3\n", R"(m.toml:3:21: error: max_connections: one '=' is enough
    3 | max_connections = = 3
      |                     ^
help: write max_connections = 3
)"},
    {"no sign", "name \"lab\"\n", R"(m.toml:3:1: error: there is no '=' after name
    3 | name "lab"
      | ^^^^
help: write name = "lab"
)"},
    {"a colon", "  forwarded: add  # x\n", R"(m.toml:3:3: error: there is no '=' after forwarded
    3 |   forwarded: add  # x
      |   ^^^^^^^^^
help: write forwarded = "add"
)"},
    {"a word alone", "hello\n", R"(m.toml:3:1: error: there is no '=' after hello
    3 | hello
      | ^^^^^
help: a line is a key, '=' and a value; a comment begins with '#'
)"},
    {"no value", "max_fields =  # many\n", R"(m.toml:3:15: error: max_fields has no value
    3 | max_fields =  # many
      |               ^
help: for example max_fields = 256
)"},
    {"a text without quotes", "connect_timeout = 10s\n", R"(m.toml:3:19: error: connect_timeout: text must be quoted
    3 | connect_timeout = 10s
      |                   ^^^
help: write connect_timeout = "10s"
)"},
    {"a text without its end", "name = \"lab\n", R"(m.toml:3:8: error: name: the closing quote is missing
    3 | name = "lab
      |        ^^^^
help: write name = "lab"
)"},
    {"something behind a text", "name = \"lab\";\n", R"(m.toml:3:8: error: name: only a comment can follow a value
    3 | name = "lab";
      |        ^^^^^^
help: write name = "lab"
)"},
    {"a number with commas", "max_connections = 10,000\n",
     R"(m.toml:3:19: error: max_connections: a number has nothing but digits
    3 | max_connections = 10,000
      |                   ^^^^^^
help: write max_connections = 10000
)"},
    {"yes", "[dns]\nhosts_file = Yes\n", R"(m.toml:4:14: error: hosts_file must be true or false
    4 | hosts_file = Yes
      |              ^^^
help: write hosts_file = true
)"},
    {"a list of words without quotes", "clients = [loopback]\n",
     R"(m.toml:3:11: error: clients: this list cannot be read
    3 | clients = [loopback]
      |           ^^^^^^^^^^
help: text must be quoted, and commas stand between the values: clients = ["…", "…"]
)"},
    {"a comma missing in a list over several lines", "clients = [\n  \"any\"\n  \"private\"\n]\n",
     R"(m.toml:5:3: error: the list of clients cannot be read here: expected comma or closing ']', saw '"' (in a array)
    5 |   "private"
      |   ^
help: text must be quoted, and commas stand between the values
)"},
    {"a list without an end", "clients = [ # of the lab\n  \"any\",\nname = \"lab\"\n",
     R"(m.toml:3:11: error: clients: the list has no end
    3 | clients = [ # of the lab
      |           ^
help: close it with ] behind its last value
)"},
    {"a list without an end at the end", "clients = [\n  \"any\"\n", R"(m.toml:3:11: error: clients: the list has no end
    3 | clients = [
      |           ^
help: close it with ] behind its last value
)"},
    {"a long text without an end", "name = \"\"\"\nabc\n",
     R"(m.toml:3:8: error: name: the text that begins here has no end
    3 | name = """
      |        ^
help: close it with three quotes
)"},
    {"half a header", "[log\nlevel = \"info\"\n", R"(m.toml:3:1: error: "[log" is not a header of a section
    3 | [log
      | ^^^^
help: write [log]
)"},
    {"half a header of a listener", "[[uppercase_tcp]\nlisten = \"127.0.0.1:7\"\n",
     R"(m.toml:3:1: error: "[[uppercase_tcp]" is not a header of a section
    3 | [[uppercase_tcp]
      | ^^^^^^^^^^^^^^^^
help: write [[uppercase_tcp]]
)"},
    {"a header without a name", "[&]\nlisten = 3\n",
     R"(m.toml:3:2: error: expected bare key starting character or string delimiter, saw '&' (in a key)
    3 | [&]
      |  ^
help: this is not TOML; the line has been left out
)"},
    {"a key twice", "name = \"a\"\nname = \"b\"\n", R"(m.toml:4:1: error: name is set twice
    4 | name = "b"
      | ^^^^
help: it is in line 3 already; leave one of them out
)"},
    {"a section twice", "[log]\n[dns]\n[log]\nnonsense = 1\n",
     R"(m.toml:5:2: error: the section log is set twice
    5 | [log]
      |  ^^^
help: it is in line 3 already; leave one of them out
)"},
    {"a listener in single brackets behind others", "[proxy]\nlisten = \"127.0.0.1:7\"\n",
     R"(m.toml:3:1: error: "[proxy]" is not a header of a section
    3 | [proxy]
      | ^^^^^^^
help: write [[proxy]]
)"},
};
// clang-format on

TEST(Recovery, EveryErrorIsToldOnceInWordsThatHelp) {
  for (const SyntaxError& error : kErrors)
    EXPECT_EQ(told(std::string(kListener) + error.text), error.told) << error.what;
}

TEST(Recovery, NoErrorHidesAProblemBehindIt) {
  for (const SyntaxError& error : kErrors) {
    const std::string behind = "\n[daemon]\nevent_lops = 3\n";
    EXPECT_NE(told(std::string(kListener) + error.text + behind).find("did you mean event_loops?"), std::string::npos)
        << error.what;
  }
}

TEST(Recovery, WhatWasProbablyMeantCountsForAllOtherProblems) {
  // The key is there, the address is taken, and nothing is said about the text that was read in its place.
  EXPECT_EQ(told("[[proxy]\nlisten = 127.0.0.1:3128\n[[uppercase_tcp]]\nlisten = \"127.0.0.1:3128\"\n"),
            R"(m.toml:1:1: error: "[[proxy]" is not a header of a section
    1 | [[proxy]
      | ^^^^^^^^
help: write [[proxy]]
m.toml:2:10: error: listen: text must be quoted
    2 | listen = 127.0.0.1:3128
      |          ^^^^^^^^^^^^^^
help: write listen = "127.0.0.1:3128"
m.toml:4:10: error: 127.0.0.1:3128 (TCP) is taken by another listen
    4 | listen = "127.0.0.1:3128"
      |          ^^^^^^^^^^^^^^^^
help: it is at line 2, column 10 already
)");
}

TEST(Recovery, WhatIsMissingBesideALineThatWasLeftOutIsNotMissed) {
  EXPECT_EQ(told("[[proxy]]\n\"li\" sten = 3\n").find("needs listen"), std::string::npos);
}

TEST(Recovery, AFileThatIsSomethingElseEndsWithAFewProblems) {
  std::string nonsense;
  for (int i = 0; i < 1'000; ++i) nonsense += "{ \"key\": [1, 2 }\n<a>&&\n";
  const Loaded loaded = parse(nonsense, "m.toml");
  EXPECT_FALSE(loaded.settings);
  EXPECT_GE(loaded.problems.size(), 1u);
  EXPECT_LE(loaded.problems.size(), 50u);
  EXPECT_FALSE(parse(std::string("a\0b\xff\n", 5), "m.toml").problems.empty());
}

}  // namespace
}  // namespace megaphone::config
