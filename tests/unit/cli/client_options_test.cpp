#include "megaphone/cli/client_options.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "megaphone/cli/program.h"

namespace megaphone::cli {
namespace {

using namespace std::chrono_literals;

std::variant<ClientOptions, ControlOptions, Print, UsageError> parsed(const std::vector<const char*>& given) {
  std::vector<const char*> arguments{"megaphone"};
  for (const char* each : given) arguments.push_back(each);
  return parseClient(static_cast<int>(arguments.size()), arguments.data());
}

ClientOptions options(const std::vector<const char*>& arguments) {
  const auto outcome = parsed(arguments);
  if (const auto* error = std::get_if<UsageError>(&outcome)) ADD_FAILURE() << format(*error, "megaphone");
  const auto* out = std::get_if<ClientOptions>(&outcome);
  return out ? *out : ClientOptions{};
}

std::string text(const std::vector<const char*>& arguments) {
  const auto outcome = parsed(arguments);
  const auto* print = std::get_if<Print>(&outcome);
  return print ? print->text : "no text";
}

std::string mistake(const std::vector<const char*>& arguments) {
  const auto outcome = parsed(arguments);
  const auto* error = std::get_if<UsageError>(&outcome);
  return error ? format(*error, "megaphone") : "no error";
}

TEST(ClientOptions, HostAndPortAreTwoArgumentsOrOne) {
  struct Case {
    std::vector<const char*> arguments;
    const char* host;
    int port;
  };
  for (const Case& each : {
           Case{{"tcp", "127.0.0.1", "7007"}, "127.0.0.1", 7007},
           Case{{"tcp", "127.0.0.1:7007"}, "127.0.0.1", 7007},
           Case{{"tcp", "localhost:7"}, "localhost", 7},
           Case{{"tcp", "::1", "7007"}, "::1", 7007},
           Case{{"tcp", "[::1]", "7007"}, "::1", 7007},
           Case{{"tcp", "[::1]:7007"}, "::1", 7007},
           Case{{"tcp", "fe80::1%eth0", "65535"}, "fe80::1%eth0", 65535},
       }) {
    const ClientOptions out = options(each.arguments);
    EXPECT_EQ(out.host, each.host);
    EXPECT_EQ(out.port, each.port);
    EXPECT_TRUE(out.messages.empty());
  }
}

TEST(ClientOptions, MessagesAreKeptByteForByte) {
  using Messages = std::vector<std::string>;
  EXPECT_EQ(options({"tcp", "h:1", "hello, world", "", "a b"}).messages, (Messages{"hello, world", "", "a b"}));
  EXPECT_EQ(options({"udp", "h", "1", "--", "-v", "--", "--timeout"}).messages, (Messages{"-v", "--", "--timeout"}));
  EXPECT_EQ(options({"udp", "--", "h", "1", "-4"}).messages, (Messages{"-4"}));
  EXPECT_EQ(options({"udp", "h", "1", "-"}).messages, (Messages{"-"}));
}

TEST(ClientOptions, FlagsMayStandOnEitherSideOfTheMessages) {
  const ClientOptions out = options({"udp", "-6", "h", "1", "hello", "--timeout", "3s", "-v"});
  EXPECT_EQ(out.protocol, ClientOptions::Protocol::udp);
  EXPECT_EQ(out.family, ClientOptions::Family::v6);
  EXPECT_EQ(out.detail, ClientOptions::Detail::verbose);
  EXPECT_EQ(out.timeout, Duration(3s));
  EXPECT_EQ(out.messages, std::vector<std::string>{"hello"});
  EXPECT_EQ(options({"tcp", "h:1", "--ipv4", "--quiet"}).family, ClientOptions::Family::v4);
  EXPECT_EQ(options({"tcp", "h:1", "--ipv4", "--quiet"}).detail, ClientOptions::Detail::quiet);
}

TEST(ClientOptions, TimeoutsFitTheProtocol) {
  EXPECT_EQ(options({"tcp", "h:1"}).timeout, Duration(10s));
  EXPECT_EQ(options({"udp", "h:1"}).timeout, Duration(2s));
  EXPECT_EQ(options({"udp", "h:1"}).lookup_timeout, Duration(10s));
  EXPECT_EQ(options({"udp", "h:1", "--timeout", "1s"}).lookup_timeout, Duration(1s));
}

TEST(ClientOptions, WaitingNeedsNoDurationAndTakesNoOperandForOne) {
  EXPECT_EQ(options({"tcp", "h:1"}).wait, std::nullopt);
  const ClientOptions plain = options({"tcp", "--wait", "h:1", "5s"});
  EXPECT_EQ(plain.wait, Duration(30s));
  EXPECT_EQ(plain.messages, std::vector<std::string>{"5s"});
  EXPECT_EQ(options({"tcp", "--wait=5s", "h:1"}).wait, Duration(5s));
}

TEST(ClientOptions, PingHasItsOwnOptions) {
  EXPECT_FALSE(options({"udp", "h:1"}).ping);
  const auto plain = options({"udp", "h:1", "--ping"}).ping;
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->count, std::nullopt);
  EXPECT_EQ(plain->interval, Duration(1s));
  EXPECT_EQ(plain->size, 64u);
  EXPECT_EQ(plain->window, std::nullopt);
  const auto full = options({"tcp", "--ping", "-c", "3", "-i", "20ms", "-s", "1000", "h:1"}).ping;
  ASSERT_TRUE(full);
  EXPECT_EQ(full->count, 3u);
  EXPECT_EQ(full->interval, Duration(20ms));
  EXPECT_EQ(full->size, 1000u);
  EXPECT_EQ(options({"udp", "h:1", "--ping", "--flood"}).ping->window, 16u);
  EXPECT_EQ(options({"udp", "h:1", "--ping", "--flood=100"}).ping->window, 100u);
}

TEST(ClientOptions, WhatIsSentAndHowItIsTold) {
  EXPECT_EQ(options({"tcp", "h:1", "-f", "letter"}).file, "letter");
  EXPECT_EQ(options({"tcp", "h:1", "--file", "-"}).file, "-");
  EXPECT_TRUE(options({"udp", "h:1", "--verify"}).verify);
  EXPECT_TRUE(options({"udp", "h:1", "--json"}).json);
  EXPECT_FALSE(options({"udp", "h:1"}).verify);
  EXPECT_FALSE(options({"udp", "h:1"}).json);
}

TEST(ControlOptions, GoToTheDaemonButForThoseOfTheProgramItself) {
  const auto outcome = parsed({"list", "--limit", "3", "--json", "--socket", "/tmp/c.sock"});
  const auto* list = std::get_if<ControlOptions>(&outcome);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->command, "list");
  EXPECT_EQ(list->socket, "/tmp/c.sock");
  EXPECT_TRUE(list->shaped);
  EXPECT_TRUE(list->json);
  ASSERT_EQ(list->options.size(), 1u);
  EXPECT_EQ(list->options[0], (std::pair<std::string, std::string>("limit", "3")));
  const auto reload = parsed({"reload"});
  ASSERT_TRUE(std::holds_alternative<ControlOptions>(reload));
  EXPECT_FALSE(std::get<ControlOptions>(reload).shaped);
}

TEST(ControlOptions, TakeNoOperandsAndNoBlanks) {
  EXPECT_EQ(mistake({"status", "x"}),
            "megaphone: status takes no argument: \"x\"\nhelp: megaphone status --help shows what it takes\n");
  EXPECT_EQ(mistake({"capture", "proxy", "--host", "a b"}),
            "megaphone: host cannot be \"a b\"\nhelp: give it a value without blanks\n");
  EXPECT_EQ(mistake({"capture", "a", "b"}),
            "megaphone: only one LISTENER is allowed: \"b\"\nhelp: megaphone capture --help shows what it takes\n");
}

TEST(ControlOptions, ValuesThatTheDaemonWouldNotTakeDoNotReachIt) {
  EXPECT_EQ(mistake({"list", "--limit", "0"}), "megaphone: --limit cannot be \"0\"\nhelp: a number from 1 to 10000\n");
  EXPECT_EQ(mistake({"list", "--limit", "10001"}),
            "megaphone: --limit cannot be \"10001\"\nhelp: a number from 1 to 10000\n");
  EXPECT_EQ(mistake({"capture", "proxy", "--for", "60"}), "megaphone: --for cannot be \"60\"\nhelp: write \"60s\"\n");
  EXPECT_TRUE(mistake({"capture", "proxy", "--max", "many"}).starts_with("megaphone: --max cannot be \"many\"\n"));
  EXPECT_EQ(mistake({"capture", "proxy", "--client", "somebody"}),
            "megaphone: --client cannot be \"somebody\"\nhelp: a network such as 10.0.0.0/8, or one address\n");
  EXPECT_TRUE(std::holds_alternative<ControlOptions>(
      parsed({"capture", "proxy", "--for", "60s", "--max", "1MiB", "--client", "10.0.0.1"})));
}

TEST(ClientOptions, MistakesAreToldWithOneAdvice) {
  struct Case {
    std::vector<const char*> arguments;
    const char* told;
  };
  for (const Case& each : {
           Case{{"tpc", "h", "1"}, "megaphone: there is no command \"tpc\"\nhelp: did you mean megaphone tcp?\n"},
           Case{{"banana"}, "megaphone: there is no command \"banana\"\nhelp: megaphone help lists the commands\n"},
           Case{{"127.0.0.1:7007"},
                "megaphone: there is no command \"127.0.0.1:7007\"\n"
                "help: say how to talk to it: megaphone tcp 127.0.0.1:7007 ... or megaphone udp 127.0.0.1:7007 ...\n"},
           Case{{"-4", "tcp", "h:1"},
                "megaphone: there is no option -4 in front of the command\n"
                "help: options follow the command: megaphone tcp [OPTIONS] HOST PORT\n"},
           Case{{"--verison"}, "megaphone: there is no option --verison\nhelp: did you mean --version?\n"},
           Case{{"tcp"},
                "megaphone: HOST and PORT are missing\nhelp: for example megaphone tcp 127.0.0.1 7007 hello\n"},
           Case{{"udp", "h"},
                "megaphone: PORT is missing after \"h\"\nhelp: for example megaphone udp 127.0.0.1 7007 hello\n"},
           Case{{"udp", ":7"}, "megaphone: HOST is empty\nhelp: for example megaphone udp 127.0.0.1 7007 hello\n"},
           Case{{"tcp", "h", "0"}, "megaphone: \"0\" is not a port number\nhelp: a port is a number from 1 to 65535\n"},
           Case{{"tcp", "h:http"},
                "megaphone: \"http\" is not a port number\nhelp: a port is a number from 1 to 65535\n"},
           Case{{"tcp", "h:65536"},
                "megaphone: \"65536\" is not a port number\nhelp: a port is a number from 1 to 65535\n"},
           Case{{"tcp", "h:1", "--timeout", "3"},
                "megaphone: --timeout: \"3\" is not a duration\nhelp: write \"3s\"\n"},
           Case{{"tcp", "h:1", "--timeout", "0s"},
                "megaphone: --timeout 0s is out of range\nhelp: it can be from 1ms to 24h\n"},
           Case{{"tcp", "h:1", "--wait=5"}, "megaphone: --wait: \"5\" is not a duration\nhelp: write \"5s\"\n"},
           Case{{"tcp", "--wait", "5s", "127.0.0.1", "7007"},
                "megaphone: \"127.0.0.1\" is not a port number\nhelp: a value of --wait is joined to it: --wait=5s\n"},
           Case{{"udp", "--ping", "--flood", "8", "h:7"},
                "megaphone: \"h:7\" is not a port number\nhelp: a value of --flood is joined to it: --flood=8\n"},
           Case{{"tcp", "h:1", "--ping", "--wait=1s"},
                "megaphone: --ping does not wait for the server: it counts what is lost\nhelp: leave --wait out\n"},
           Case{{"tcp", "h:1", "--file", "a", "b"},
                "megaphone: --file and messages do not go together: \"b\"\nhelp: leave one of them out\n"},
           Case{{"tcp", "h:1", "-c", "3"}, "megaphone: --count is for --ping\nhelp: add --ping, or leave it out\n"},
           Case{{"tcp", "h:1", "--ping", "hello"},
                "megaphone: --ping makes its messages itself\nhelp: leave the message or the file out\n"},
           Case{{"tcp", "h:1", "--ping", "-s", "40"},
                "megaphone: --size 40 is out of range\nhelp: it can be from 41 to 65507\n"},
           Case{{"tcp", "h:1", "--ping", "-c", "many"},
                "megaphone: --count many is out of range\nhelp: it can be from 1 to 4294967295\n"},
           Case{{"tcp", "h:1", "--ping", "--flood", "-i", "1s"},
                "megaphone: --flood and --interval contradict each other\nhelp: leave one out\n"},
           Case{{"tcp", "h:1", "--verfy"}, "megaphone: there is no option --verfy\nhelp: did you mean --verify?\n"},
           Case{{"tcp", "h:1", "-46"}, "megaphone: -4 and -6 contradict each other\nhelp: leave one out, or both\n"},
           Case{{"tcp", "h:1", "-qv"}, "megaphone: -q and -v contradict each other\nhelp: leave one out\n"},
           Case{{"tcp", "h:1", "-5"},
                "megaphone: there is no option -5\nhelp: --help lists them; everything after -- is an argument\n"},
       }) {
    EXPECT_EQ(mistake(each.arguments), each.told);
  }
}

TEST(ClientOptions, AloneItExplainsItselfOnOneScreen) {
  const std::string all = text({});
  EXPECT_EQ(all, text({"--help"}));
  EXPECT_EQ(all, text({"help"}));
  EXPECT_LE(std::count(all.begin(), all.end(), '\n'), 24);
  for (std::size_t begin = 0; begin < all.size(); begin = all.find('\n', begin) + 1) {
    EXPECT_LE(all.find('\n', begin) - begin, 81u) << all.substr(begin, 80);
  }
  for (const Command& command : clientProgram().commands) {
    EXPECT_NE(all.find("  " + std::string(command.name) + " "), std::string::npos) << command.name;
  }
  EXPECT_EQ(text({"--version"}), "megaphone " + std::string(version()) + "\n");
}

TEST(ClientOptions, EachCommandExplainsItsOptions) {
  for (const Command& command : clientProgram().commands) {
    const std::string name(command.name);
    const std::string help = text({name.c_str(), "--help"});
    EXPECT_EQ(help, text({"help", name.c_str()}));
    for (const Option& option : command.options) {
      EXPECT_NE(help.find("--" + std::string(option.name)), std::string::npos) << option.name;
    }
  }
}

}  // namespace
}  // namespace megaphone::cli
