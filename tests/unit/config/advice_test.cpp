// Advice leads somewhere: who follows it has no further error, and never the opposite of what was meant.
#include <gtest/gtest.h>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

const std::string kListener = "[[proxy]]\nlisten = \"127.0.0.1:3128\"\n";

Problem onlyProblem(const std::string& text) {
  const Loaded loaded = parse(text, "m");
  EXPECT_EQ(loaded.problems.size(), 1u) << text;
  return loaded.problems.empty() ? Problem{} : loaded.problems.front();
}

std::string adviceFor(const std::string& line) { return onlyProblem(kListener + line + "\n").help; }

TEST(Advice, ThatSaysWhatToWriteIsTakenWhenItIsWritten) {
  for (const std::string line :
       {"max_connections = 99999999999999999999", "max_connections = 007", "max_connections = 10,000",
        "name = \u201Clab\u201D", "name\u00A0=\u00A0\"lab\"", "name: lab", "max_head: 64KiB", "idle_timeout: 10s",
        "max_connections: 5", "clients: 10.0.0.1", "pac_fallback = yes", "forwarded = add", "name = \"lab",
        "name = = \"lab\"", "name = \u2018lab\u2019", "idle_timeout = 010s"}) {
    const std::string advice = adviceFor(line);
    ASSERT_TRUE(advice.starts_with("write ")) << line << ": " << advice;
    EXPECT_TRUE(parse(kListener + advice.substr(6) + "\n", "m").problems.empty()) << line << ": " << advice;
  }
}

TEST(Advice, ThatTheRuleOfTheKeyWouldNotTakeIsItsOwn) {
  EXPECT_EQ(adviceFor("max_connections = many"), "it can be from 1 to 1000000");
  EXPECT_EQ(adviceFor("forwarded = maybe"), "it can be \"off\", \"add\", \"replace\" or \"strip\"");
}

TEST(Advice, AnAddressWithoutBracketsGetsThem) {
  const std::string help = onlyProblem("[[proxy]]\nlisten = \"::1:7007\"\n").help;
  EXPECT_NE(help.find("\"[::1]:7007\""), std::string::npos) << help;
  EXPECT_EQ(onlyProblem("[[proxy]]\nlisten = \"::1\"\n").help, "add a port: \"[::1]:3128\"");
}

TEST(Advice, OtherEncodingsAreNamed) {
  EXPECT_EQ(onlyProblem(kListener + "name = \"f\xFCr\"\n").message, "this line is not UTF-8");
  EXPECT_EQ(onlyProblem("[[proxy]]\rlisten = \"127.0.0.1:1\"\r").message,
            "the lines of the file end with a carriage return alone");
  EXPECT_EQ(onlyProblem(std::string("\xFF\xFE[\0[\0", 6)).message.substr(0, 36),
            "the file is not UTF-8 but UTF-16, as");
}

TEST(Advice, ForADenialIsNeverToAllow) {
  for (const std::string key :
       {"deny_destinations", "dny_destinations", "block_destinations", "disallow_destinations"}) {
    const std::string help = adviceFor(key + " = []");
    EXPECT_EQ(help.find("did you mean"), std::string::npos) << key << ": " << help;
  }
  EXPECT_NE(adviceFor("deny_destinations = []").find("deny_ports"), std::string::npos);
  EXPECT_EQ(adviceFor("dney_ports = []"), "did you mean deny_ports?");
}

TEST(Advice, ForWordsOfOtherProxiesSaysWhereTheyLiveHere) {
  for (const auto& [line, said] : std::vector<std::pair<std::string, std::string>>{
           {"auth = \"basic\"", "no names and passwords"},
           {"BasicAuth = \"a b\"", "no names and passwords"},
           {"users = []", "no names and passwords"},
           {"upstream = \"10.0.0.1:3128\"", "not handed on to another proxy"},
           {"cache_peer = \"a\"", "not handed on to another proxy"},
           {"parent = \"a\"", "not handed on to another proxy"},
           {"blocklist = []", "deny_ports"},
           {"blacklist = []", "deny_ports"},
           {"cache_dir = \"/tmp\"", "nothing is cached"},
           {"acl = \"x\"", "clients of the listener"},
           {"http_access = \"allow\"", "clients of the listener"},
           {"http_port = 3128", "listen of a listener"},
           {"http_port 3128", "listen of a listener"},
           {"acl localnet src 10.0.0.0/8", "clients of the listener"},
           {"MaxClients 100", "max_connections"},
           {"max-clients = 100", "max_connections"},
           {"Listen 127.0.0.1", "did you mean listen = "},
           {"Listen = \"127.0.0.1:1\"", "did you mean listen?"},
       }) {
    const std::string help = adviceFor(line);
    EXPECT_NE(help.find(said), std::string::npos) << line << ": " << help;
  }
  EXPECT_NE(onlyProblem(kListener + "[cache]\nsize = 1\n").help.find("nothing is cached"), std::string::npos);
}

TEST(Advice, ForAWordLikeNothingInALargeSectionIsNotAllOfItsKeys) {
  EXPECT_EQ(adviceFor("banana = 1"), "man megaphone.toml has all keys of [[proxy]]");
}

}  // namespace
}  // namespace megaphone::config
