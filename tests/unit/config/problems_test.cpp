// Broken files and what people are told, word for word.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

constexpr std::string_view kListener = "[[proxy]]\nlisten = \"127.0.0.1:3128\"\n";

std::string told(std::string_view text) {
  const Loaded loaded = parse(text, "m.toml");
  const bool refused = std::any_of(loaded.problems.begin(), loaded.problems.end(),
                                   [](const Problem& problem) { return problem.severity == Problem::Severity::error; });
  EXPECT_EQ(loaded.settings.has_value(), !refused);
  std::string out;
  for (const Problem& problem : loaded.problems) out += format(problem, "m.toml");
  return out;
}

struct Broken {
  const char* what;
  const char* text;  // follows a good listener
  const char* told;
};

// clang-format off: what is told begins a line of its own, as people see it.
const Broken kBroken[] = {
    {"an unknown key with a near one", "max_conections = 5\n",
     R"(m.toml:3:1: error: [[proxy]] has no key "max_conections"
    3 | max_conections = 5
      | ^^^^^^^^^^^^^^
help: did you mean max_connections?
)"},
    {"a switch that is no word of its", "via_header = true\n",
     R"(m.toml:3:14: error: via_header must be a word in quotes, not true or false
    3 | via_header = true
      |              ^^^^
help: it can be "off" or "on"
)"},
    {"a text with a control character", "page_note = \"a\\tb\"\n",
     R"(m.toml:3:13: error: page_note has a control character
    3 | page_note = "a\tb"
      |             ^^^^^^
help: ends of lines are the only ones it may have
)"},
    {"an unknown key of another section", "drain_time = \"5s\"\n",
     R"(m.toml:3:1: error: [[proxy]] has no key "drain_time"
    3 | drain_time = "5s"
      | ^^^^^^^^^^
help: drain_time belongs in [daemon]
)"},
    {"an unknown key like one of another section", "[log]\nmax_head_ = 1\n",
     R"(m.toml:4:1: error: [log] has no key "max_head_"
    4 | max_head_ = 1
      | ^^^^^^^^^
help: did you mean max_head in [[proxy]]?
)"},
    {"an unknown key like nothing", "[log]\nbanana = 1\n", R"(m.toml:4:1: error: [log] has no key "banana"
    4 | banana = 1
      | ^^^^^^
help: the keys of [log] are level, path
)"},
    {"an unknown section", "[deamon]\n", R"(m.toml:3:2: error: there is no section "deamon"
    3 | [deamon]
      |  ^^^^^^
help: did you mean [daemon]?
)"},
    {"a listener written as one table", "[uppercase_tcp]\nlisten = \"127.0.0.1:7007\"\n",
     R"(m.toml:3:1: error: "uppercase_tcp" must be an array of tables
    3 | [uppercase_tcp]
      | ^^^^^^^^^^^^^^^
help: write [[uppercase_tcp]]; there can be any number of them
)"},
    {"a single section written as an array", "[[log]]\nlevel = \"info\"\n",
     R"(m.toml:3:1: error: "log" must be one table
    3 | [[log]]
      | ^^^^^^^
help: write [log]
)"},
    {"a listener without an address", "[[uppercase_udp]]\n", R"(m.toml:3:1: error: [[uppercase_udp]] needs listen
    3 | [[uppercase_udp]]
      | ^^^^^^^^^^^^^^^^^
help: for example listen = "127.0.0.1:7007"
)"},
    {"no address in a list", "[[uppercase_udp]]\nlisten = []\n", R"(m.toml:4:10: error: listen has no address
    4 | listen = []
      |          ^^
help: an address and a port, such as "127.0.0.1:7007" or "[::1]:7007"; no names
)"},
    {"a name instead of an address", "[[uppercase_udp]]\nlisten = \"localhost:7007\"\n",
     R"(m.toml:4:10: error: listen: "localhost:7007" is not an address with a port
    4 | listen = "localhost:7007"
      |          ^^^^^^^^^^^^^^^^
help: write the address: "127.0.0.1:…" or "[::1]:…"
)"},
    {"a star for all addresses", "[[uppercase_udp]]\nlisten = \"*:7007\"\n",
     R"(m.toml:4:10: error: listen: "*:7007" is not an address with a port
    4 | listen = "*:7007"
      |          ^^^^^^^^
help: for every address of this machine write "0.0.0.0:…", or "[::]:…" for IPv6
)"},
    {"a port that is too large", "[[uppercase_udp]]\nlisten = \"127.0.0.1:70000\"\n",
     R"(m.toml:4:10: error: listen: "127.0.0.1:70000" is not an address with a port
    4 | listen = "127.0.0.1:70000"
      |          ^^^^^^^^^^^^^^^^^
help: a port is a number from 0 to 65535
)"},
    {"a multicast address to listen on", "[[uppercase_udp]]\nlisten = \"224.0.0.1:7007\"\n",
     R"(m.toml:4:10: error: listen: "224.0.0.1:7007" is a multicast address
    4 | listen = "224.0.0.1:7007"
      |          ^^^^^^^^^^^^^^^^
help: write an address of one machine
)"},
    {"an address that is taken", "[[uppercase_tcp]]\nlisten = \"127.0.0.1:3128\"\n",
     R"(m.toml:4:10: error: 127.0.0.1:3128 (TCP) is taken by another listen
    4 | listen = "127.0.0.1:3128"
      |          ^^^^^^^^^^^^^^^^
help: it is at line 2, column 10 already
)"},
    {"a wildcard over an address", "[[uppercase_tcp]]\nlisten = [\"[::]:3128\", \"0.0.0.0:3128\"]\n",
     R"(m.toml:4:24: error: 0.0.0.0:3128 (TCP) is taken by another listen, 127.0.0.1:3128
    4 | listen = ["[::]:3128", "0.0.0.0:3128"]
      |                        ^^^^^^^^^^^^^^
help: it is at line 2, column 10 already
)"},
    {"a name twice", "name = \"a\"\n[[uppercase_tcp]]\nname = \"a\"\nlisten = \"127.0.0.1:1\"\n",
     R"(m.toml:5:8: error: the name "a" is taken by another listener
    5 | name = "a"
      |        ^^^
help: it is at line 3, column 8 already
)"},
    {"a name with a capital", "name = \"Lab\"\n", R"(m.toml:3:8: error: "Lab" cannot be a name
    3 | name = "Lab"
      |        ^^^^^
help: 1 to 32 of a-z, 0-9 and '-', such as "lab-2"
)"},
    {"a duration without a unit", "connect_timeout = 10\n", R"(m.toml:3:19: error: connect_timeout needs a unit
    3 | connect_timeout = 10
      |                   ^^
help: write connect_timeout = "10s" (units: s, ms, min, h)
)"},
    {"a duration with an ambiguous unit", "connect_timeout = \"10m\"\n",
     R"(m.toml:3:19: error: connect_timeout: "10m" is not a duration
    3 | connect_timeout = "10m"
      |                   ^^^^^
help: write "10min" or "10ms"
)"},
    {"a duration of nothing", "connect_timeout = \"0s\"\n",
     R"(m.toml:3:19: error: connect_timeout = "0s" is out of range
    3 | connect_timeout = "0s"
      |                   ^^^^
help: it can be from "1ms" to "1h"
)"},
    {"a size without a unit", "max_head = 65536\n", R"(m.toml:3:12: error: max_head needs a unit
    3 | max_head = 65536
      |            ^^^^^
help: write max_head = "65536B" (units: B, KiB, MiB, GiB, kB, MB, GB)
)"},
    {"a size without a unit that needs a larger one", "max_head = \"64\"\n",
     R"(m.toml:3:12: error: max_head needs a unit
    3 | max_head = "64"
      |            ^^^^
help: write max_head = "64KiB" (units: B, KiB, MiB, GiB, kB, MB, GB)
)"},
    {"a duration without a unit that needs a smaller one", "connect_timeout = 5000\n",
     R"(m.toml:3:19: error: connect_timeout needs a unit
    3 | connect_timeout = 5000
      |                   ^^^^
help: write connect_timeout = "5000ms" (units: s, ms, min, h)
)"},
    {"a size that no unit saves", "max_head = 0\n", R"(m.toml:3:12: error: max_head needs a unit
    3 | max_head = 0
      |            ^
help: a whole number and a unit, from "1KiB" to "16MiB"
)"},
    {"a limit of nothing", "max_connections = 0\n", R"(m.toml:3:19: error: max_connections = 0 is out of range
    3 | max_connections = 0
      |                   ^
help: it can be from 1 to 1000000
)"},
    {"a number in quotes", "max_connections = \"100\"\n",
     R"(m.toml:3:19: error: max_connections must be a whole number, not a string
    3 | max_connections = "100"
      |                   ^^^^^
help: write it without quotes: max_connections = 100
)"},
    {"too many event loops", "[daemon]\nevent_loops = 257\n", R"(m.toml:4:15: error: event_loops = 257 is out of range
    4 | event_loops = 257
      |               ^^^
help: it can be from 1 to 256, or "auto"
)"},
    {"a flag in quotes", "[dns]\nhosts_file = \"yes\"\n",
     R"(m.toml:4:14: error: hosts_file must be true or false, not a string
    4 | hosts_file = "yes"
      |              ^^^^^
help: write true or false, without quotes
)"},
    {"a word that does not exist", "[log]\nlevel = \"warn\"\n", R"(m.toml:4:9: error: level cannot be "warn"
    4 | level = "warn"
      |         ^^^^^^
help: did you mean "warning"? It can be "debug", "info", "warning" or "error"
)"},
    {"a word that is almost one", "[log]\nlevel = \"eror\"\n", R"(m.toml:4:9: error: level cannot be "eror"
    4 | level = "eror"
      |         ^^^^^^
help: did you mean "error"? It can be "debug", "info", "warning" or "error"
)"},
    {"a path that is almost a word", "[access_log]\npath = \"stdot\"\n",
     R"(m.toml:4:8: error: path: "stdot" is not a path of a file
    4 | path = "stdot"
      |        ^^^^^^^
help: did you mean "stdout"? It can be "none", "stderr" or "stdout", or a path that begins with '/' or '.'
)"},
    {"a network with bits behind its prefix", "clients = [\"any\", \"10.0.0.1/8\"]\n",
     R"(m.toml:3:19: error: clients: "10.0.0.1/8" is not a network
    3 | clients = ["any", "10.0.0.1/8"]
      |                   ^^^^^^^^^^^^
help: the network of that length is "10.0.0.0/8"; one address has no prefix
)"},
    {"a port that does not exist", "deny_ports = [25, 70000]\n",
     R"(m.toml:3:19: error: deny_ports: 70000 is not a port number
    3 | deny_ports = [25, 70000]
      |                   ^^^^^
help: a port from 1 to 65535 such as 443, a range such as "8000-8999", or "any"
)"},
    {"a range that ends before it begins", "deny_ports = \"9-1\"\n",
     R"(m.toml:3:14: error: deny_ports: "9-1" ends before it begins
    3 | deny_ports = "9-1"
      |              ^^^^^
help: write "1-9"
)"},
    {"bounds that contradict each other", "[dns]\nmin_ttl = \"2h\"\n",
     R"(m.toml:4:11: error: min_ttl = "2h" is more than max_ttl = "1h" allows
    4 | min_ttl = "2h"
      |           ^^^^
help: max_ttl has its default; set both
)"},
    {"a limit inside of a smaller one", "max_connections = 5\nmax_connections_per_client = 6\n",
     R"(m.toml:4:30: error: max_connections_per_client = 6 is more than max_connections = 5 allows
    4 | max_connections_per_client = 6
      |                              ^
help: max_connections is in line 3; lower this one or raise that one
)"},
    {"a request line larger than a head", "max_request_line = \"8KiB\"\nmax_head = \"4KiB\"\n",
     R"(m.toml:3:20: error: max_request_line = "8KiB" is more than max_head = "4KiB" allows
    3 | max_request_line = "8KiB"
      |                    ^^^^^^
help: max_head is in line 4; lower this one or raise that one
)"},
    {"pending connects of one destination", "[daemon]\nmax_pending_per_destination = 5000\n",
     R"(m.toml:4:31: error: max_pending_per_destination = 5000 is more than max_pending_connects = 4096 allows
    4 | max_pending_per_destination = 5000
      |                               ^^^^
help: max_pending_connects has its default; set both
)"},
    {"pending connects of one client", "[daemon]\nmax_pending_per_client = 5000\n",
     R"(m.toml:4:26: error: max_pending_per_client = 5000 is more than max_pending_connects = 4096 allows
    4 | max_pending_per_client = 5000
      |                          ^^^^
help: max_pending_connects has its default; set both
)"},
    {"idle connections to one origin", "[daemon]\nmax_idle_per_origin = 2000\n",
     R"(m.toml:4:23: error: max_idle_per_origin = 2000 is more than max_idle_origins = 1024 allows
    4 | max_idle_per_origin = 2000
      |                       ^^^^
help: max_idle_origins has its default; set both
)"},
    {"the log of a listener in the daemon's", "access_log = \"/a\"\n[log]\npath = \"/a\"\n",
     R"(m.toml:5:8: error: the daemon's log and the access log of proxy are one file
    5 | path = "/a"
      |        ^^^^
help: the access log of proxy is at line 3, column 14; give each a file of its own
)"},
    {"a capture in the file of a log", "access_log = \"/a\"\ncapture = \"/a\"\n",
     R"(m.toml:4:11: error: the capture of proxy and the access log of proxy are one file
    4 | capture = "/a"
      |           ^^^^
help: the access log of proxy is at line 3, column 14; give each a file of its own
)"},
    {"two captures in one file", "capture = \"/a\"\n[[uppercase_tcp]]\nlisten = \"127.0.0.1:7\"\ncapture = \"/a\"\n",
     R"(m.toml:6:11: error: the capture of uppercase-tcp and the capture of proxy are one file
    6 | capture = "/a"
      |           ^^^^
help: the capture of proxy is at line 3, column 11; give each a file of its own
)"},
    {"both logs in one file", "[log]\npath = \"/a\"\n[access_log]\npath = \"/a\"\n",
     R"(m.toml:6:8: error: the access log and the daemon's log are one file
    6 | path = "/a"
      |        ^^^^
help: the daemon's log is at line 4, column 8; give each a file of its own
)"},
};

// What is told, and the file is used nevertheless.
const Broken kDoubtful[] = {
    {"a deadline inside of a shorter one", "total_timeout = \"5s\"\nconnect_timeout = \"10s\"\n",
     R"(m.toml:4:19: warning: connect_timeout = "10s" never passes: total_timeout = "5s" around it is shorter
    4 | connect_timeout = "10s"
      |                   ^^^^^
help: total_timeout is in line 3; lower this one or raise that one
)"},
    {"a Via that is left away", "via_header = \"off\"\n",
     R"(m.toml:3:14: warning: without Via, a loop that leads through another proxy goes unseen until a limit or a timeout ends it
    3 | via_header = "off"
      |              ^^^^^
help: leave it "on" where this proxy and another may be set to use each other
)"},
    {"a switch of a limit that is off", "[[uppercase_udp]]\nlisten = \"127.0.0.1:7\"\nrate_limit_loopback = true\n",
     R"(m.toml:5:23: warning: rate_limit_loopback has no effect while rate_limit is 0
    5 | rate_limit_loopback = true
      |                       ^^^^
help: set rate_limit, or leave this one out
)"},
    {"the time of a silence that never comes",
     "[[uppercase_udp]]\nlisten = \"127.0.0.1:7\"\nrepeat_limit = 0\nsilence = \"1s\"\n",
     R"(m.toml:6:11: warning: silence has no effect while repeat_limit is 0
    6 | silence = "1s"
      |           ^^^^
help: set repeat_limit, or leave this one out
)"},
    {"a listener for nobody", "clients = []\n", R"(m.toml:3:11: warning: nobody may use this listener
    3 | clients = []
      |           ^^
help: name networks, such as "private", or leave the section out
)"},
    {"tries for longer than anybody waits", "connect_timeout = \"3s\"\n[dns]\ntries = 4\n",
     R"(m.toml:5:9: warning: the last tries are never made: timeout = "2s" and tries = 4 take 8s, and no proxy waits longer than "3s"
    5 | tries = 4
      |         ^
help: lower them, or raise connect_timeout in [[proxy]]
)"},
    {"a proxy for the world",
     "clients = \"any\"\n[[proxy]]\nlisten = \"0.0.0.0:1\"\nname = \"out\"\nclients = [\"::/0\", \"::1\"]\n",
     R"(m.toml:7:11: warning: out is an open proxy: whoever reaches 0.0.0.0:1 may use it
    7 | clients = ["::/0", "::1"]
      |           ^^^^^^^^^^^^^^^
help: name the networks of your clients, such as "private", or listen on an address that only they reach
)"},
};
// clang-format on

TEST(Problems, AreToldWithTheirPlaceAndOneAdvice) {
  for (const Broken& broken : kBroken) {
    EXPECT_EQ(told(std::string(kListener) + broken.text), broken.told) << broken.what;
  }
}

TEST(Problems, ThatAreDoubtsOnlyAreWarnings) {
  for (const Broken& doubtful : kDoubtful) {
    const std::string text = std::string(kListener) + doubtful.text;
    EXPECT_EQ(told(text), doubtful.told) << doubtful.what;
    EXPECT_TRUE(parse(text, "m.toml").settings) << doubtful.what;
  }
}

TEST(Problems, OfAValueThatCannotBeReadAreNotToldAgainByWhatDependsOnIt) {
  const Loaded loaded =
      parse(std::string(kListener) + "max_connections = 0\nmax_connections_per_client = 30000\n", "m");
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(loaded.problems[0].position.line, 3u);
}

TEST(Problems, WithColoursSayTheSame) {
  const Loaded loaded = parse(std::string(kListener) + kDoubtful[0].text + "x = 1\n", "m.toml");
  ASSERT_EQ(loaded.problems.size(), 2u);
  for (const Problem& problem : loaded.problems) {
    const std::string painted = format(problem, "m.toml", Paint::colours);
    EXPECT_EQ(std::regex_replace(painted, std::regex("\x1b\\[[0-9;]*m"), ""), format(problem, "m.toml"));
    const bool error = problem.severity == Problem::Severity::error;
    EXPECT_NE(painted.find(error ? "\x1b[1;31merror:\x1b[0m" : "\x1b[1;35mwarning:\x1b[0m"), std::string::npos);
  }
}

TEST(Problems, InOneLineStandInALog) {
  const Loaded loaded = parse(std::string(kListener) + "max_conections = 5\n", "m");
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(summary(loaded.problems[0], "m\n"),
            R"(m?:3:1: [[proxy]] has no key "max_conections" (did you mean max_connections?))");
}

TEST(Problems, OfAKeyOutsideOfAllSectionsNameItsSection) {
  EXPECT_EQ(told("event_loops = 4\n" + std::string(kListener)),
            R"(m.toml:1:1: error: "event_loops" is outside of all sections
    1 | event_loops = 4
      | ^^^^^^^^^^^
help: event_loops belongs in [daemon]
)");
}

TEST(Problems, AFileWithoutAListenerHasOne) {
  constexpr std::string_view kNone =
      "m.toml: error: no listener is configured\n"
      "help: two lines are enough: [[proxy]] and listen = \"127.0.0.1:3128\"\n";
  EXPECT_EQ(told(""), kNone);
  EXPECT_EQ(told("[log]\nlevel = \"info\"\n"), kNone);
  EXPECT_EQ(told("proxy = []\n"), kNone);
}

TEST(Problems, AreToldAllAtOnceInTheOrderOfTheFile) {
  const Loaded loaded = parse(R"([[proxy]]
name = "UPPER"
listen = ["127.0.0.1:1", "127.0.0.1:1", "nowhere"]
[daemon]
drain_time = 3
[log]
levle = "info"
)",
                              "m.toml");
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
  for (const Problem& problem : loaded.problems) places.emplace_back(problem.position.line, problem.position.column);
  EXPECT_EQ(places, (decltype(places){{2, 8}, {3, 26}, {3, 41}, {5, 14}, {7, 1}}));
}

TEST(Problems, CaretsStandUnderTheValueBehindTabsAndWideBytes) {
  EXPECT_EQ(told("[[proxy]]\nlisten = [\"ä\",\t\"127.0.0.1:1\", 3]\n"),
            "m.toml:2:11: error: listen: \"ä\" is not an address with a port\n"
            "    2 | listen = [\"ä\",\t\"127.0.0.1:1\", 3]\n"
            "      |           ^^^\n"
            "help: an address and a port, such as \"127.0.0.1:7007\" or \"[::1]:7007\"; no names\n"
            "m.toml:2:31: error: listen must be an address in quotes or an array of them, not a whole number\n"
            "    2 | listen = [\"ä\",\t\"127.0.0.1:1\", 3]\n"
            "      |               \t               ^\n"
            "help: an address and a port, such as \"127.0.0.1:7007\" or \"[::1]:7007\"; no names\n");
}

TEST(Problems, OfALongLineShowTheNeighbourhood) {
  const std::string out = told("[[proxy]]\nlisten = [" + std::string(500, ' ') + "3" + std::string(500, ' ') + "]\n");
  EXPECT_NE(out.find("m.toml:2:511: error"), std::string::npos);
  EXPECT_NE(out.find("    2 | " + std::string(40, ' ') + "3" + std::string(59, ' ') + "\n"), std::string::npos);
  EXPECT_NE(out.find("      | " + std::string(40, ' ') + "^\n"), std::string::npos);
}

TEST(Problems, NeverCarryControlCharactersToTheTerminal) {
  const std::string out = told(std::string(kListener) + "name = \"a\\u001b[2J\"\n");
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_NE(out.find("\"a?[2J\" cannot be a name"), std::string::npos);
}

TEST(Problems, AValueOverSeveralLinesIsUnderlinedToTheEndOfItsFirst) {
  EXPECT_EQ(told(std::string(kListener) + "name = [\n\"a\"]\n"),
            R"(m.toml:3:8: error: name must be a name in quotes, not an array
    3 | name = [
      |        ^
help: 1 to 32 of a-z, 0-9 and '-', such as "lab-2"
)");
}

TEST(Problems, WindowsLineEndsAreLineEnds) {
  EXPECT_EQ(told("[[proxy]]\r\nlisten = 3\r\n").substr(0, 20), "m.toml:2:10: error: ");
  EXPECT_EQ(told("[[proxy]]\r\nlisten = 3\r\n").find('\r'), std::string::npos);
}

}  // namespace
}  // namespace megaphone::config
