#include "megaphone/cli/daemon_options.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "megaphone/cli/program.h"

namespace megaphone::cli {
namespace {

std::variant<DaemonOptions, Print, UsageError> parsed(const std::vector<const char*>& given) {
  std::vector<const char*> arguments{"megaphoned"};
  for (const char* each : given) arguments.push_back(each);
  return parseDaemon(static_cast<int>(arguments.size()), arguments.data());
}

DaemonOptions options(const std::vector<const char*>& arguments) {
  const auto outcome = parsed(arguments);
  if (const auto* error = std::get_if<UsageError>(&outcome)) ADD_FAILURE() << format(*error, "megaphoned");
  const auto* out = std::get_if<DaemonOptions>(&outcome);
  return out ? *out : DaemonOptions{};
}

std::string text(const std::vector<const char*>& arguments) {
  const auto outcome = parsed(arguments);
  const auto* print = std::get_if<Print>(&outcome);
  return print ? print->text : "no text";
}

std::string mistake(const std::vector<const char*>& arguments) {
  const auto outcome = parsed(arguments);
  const auto* error = std::get_if<UsageError>(&outcome);
  return error ? format(*error, "megaphoned") : "no error";
}

TEST(DaemonOptions, WithoutAnyTheInstalledFileIsUsed) {
  const DaemonOptions none = options({});
  EXPECT_TRUE(none.config_file.ends_with("/megaphone/megaphone.toml")) << none.config_file;
  EXPECT_FALSE(none.config_named);
  EXPECT_EQ(none.task, DaemonOptions::Task::serve);
  EXPECT_FALSE(none.quick);
}

TEST(DaemonOptions, AFileIsNamedInEveryCommonWay) {
  for (const std::vector<const char*>& arguments : std::vector<std::vector<const char*>>{
           {"-c", "a.toml"}, {"-ca.toml"}, {"--config", "a.toml"}, {"--config=a.toml"}}) {
    const DaemonOptions out = options(arguments);
    EXPECT_EQ(out.config_file, "a.toml") << arguments[0];
    EXPECT_TRUE(out.config_named);
  }
  EXPECT_EQ(options({"--check", "-c", "a,b.toml"}).task, DaemonOptions::Task::check);
  EXPECT_EQ(options({"--check", "-c", "a,b.toml"}).config_file, "a,b.toml");
}

TEST(DaemonOptions, AFileToCheckOrPrintNeedsNoOption) {
  EXPECT_EQ(options({"--check", "a.toml"}).config_file, "a.toml");
  EXPECT_EQ(options({"--check", "a.toml"}).task, DaemonOptions::Task::check);
  EXPECT_TRUE(options({"a.toml", "--print-config"}).config_named);
  EXPECT_EQ(options({"--print-config", "a.toml"}).task, DaemonOptions::Task::print_config);
}

TEST(DaemonOptions, QuickListenersRememberTheirOption) {
  const DaemonOptions out = options({"--print-config", "--proxy", "127.0.0.1:1", "--proxy", "127.0.0.1:2",
                                     "--allow-destination", "private", "--uppercase-udp", "127.0.0.1:7"});
  EXPECT_EQ(out.task, DaemonOptions::Task::print_config);
  EXPECT_EQ(out.provenance.of({"proxy", 1, "listen"}), "option --proxy");
  EXPECT_EQ(out.provenance.of({"proxy", 1, "allow_destinations"}), "option --allow-destination");
  EXPECT_EQ(out.provenance.of({"uppercase_udp", 0, "listen"}), "option --uppercase-udp");
  EXPECT_EQ(out.provenance.of({"proxy", 1, "clients"}), "default");
}

TEST(DaemonOptions, QuickListenersAreSettingsWithDefaultsAndNames) {
  const DaemonOptions out =
      options({"--proxy", "127.0.0.1:3128", "--uppercase-tcp=127.0.0.1:7007", "--uppercase-udp", "127.0.0.1:7007",
               "--uppercase-udp", "[::1]:0", "--allow-destination", "loopback", "--allow-destination=10.0.0.0/8"});
  EXPECT_TRUE(out.config_file.empty());
  ASSERT_TRUE(out.quick);
  ASSERT_EQ(out.quick->proxies.size(), 1u);
  EXPECT_EQ(out.quick->proxies[0].name, "proxy");
  EXPECT_EQ(out.quick->proxies[0].listen, std::vector{*config::ListenOn::parse("127.0.0.1:3128")});
  EXPECT_EQ(out.quick->proxies[0].allow_destinations.size(), 3u);
  EXPECT_EQ(out.quick->proxies[0].clients.size(), config::defaultClients().size());
  ASSERT_EQ(out.quick->uppercase_tcp.size(), 1u);
  ASSERT_EQ(out.quick->uppercase_udp.size(), 2u);
  EXPECT_EQ(out.quick->uppercase_udp[1].name, "uppercase-udp-2");
  EXPECT_EQ(out.quick->uppercase_udp[1].listen[0].text(), "[::1]:0");
}

TEST(DaemonOptions, MistakesAreToldWithOneAdvice) {
  struct Case {
    std::vector<const char*> arguments;
    const char* told;
  };
  for (const Case& each : {
           Case{{"--confg", "x"}, "megaphoned: there is no option --confg\nhelp: did you mean --config?\n"},
           Case{{"-x"},
                "megaphoned: there is no option -x\nhelp: --help lists them; everything after -- is an argument\n"},
           Case{{"-c"}, "megaphoned: -c needs a value\nhelp: write --config FILE\n"},
           Case{{"--check=3"},
                "megaphoned: \"3\" is given to an option that takes no value\nhelp: write the option alone\n"},
           Case{{"-c", "a", "--config", "b"}, "megaphoned: --config is given twice\nhelp: give it once\n"},
           Case{{"--config="}, "megaphoned: --config needs a file\nhelp: write --config FILE\n"},
           Case{{"lab.toml"}, "megaphoned: \"lab.toml\" is not an option\nhelp: for a file write --config lab.toml\n"},
           Case{{"start"}, "megaphoned: \"start\" is not an option\nhelp: --help lists the options\n"},
           Case{{"--proxy", "127.0.0.1:1", "-c", "a"},
                "megaphoned: --proxy is for a try without a file and cannot go with one\n"
                "help: write it into the file instead\n"},
           Case{{"--check", "a", "b"},
                "megaphoned: only one FILE is allowed: \"b\"\nhelp: --check takes one at a time\n"},
           Case{{"--print-config", "-c", "a", "b"},
                "megaphoned: only one FILE is allowed: \"b\"\nhelp: --print-config takes one at a time\n"},
           Case{{"--print-config", "--check", "a"},
                "megaphoned: --check and --print-config do not go together\n"
                "help: --print-config tells the problems of the file, too\n"},
           Case{{"--proxy", "127.0.0.1:1", "--check"},
                "megaphoned: --proxy is for a try without a file, and --check checks a file\n"
                "help: leave one of them out\n"},
           Case{{"--proxy", "3128"},
                "megaphoned: --proxy: \"3128\" is not an address with a port\n"
                "help: for example --proxy 127.0.0.1:7007 or --proxy \"[::1]:7007\"\n"},
           Case{{"--proxy", "127.0.0.1:1", "--uppercase-tcp", "0.0.0.0:1"},
                "megaphoned: 127.0.0.1:1 (TCP) is taken by another listen, 0.0.0.0:1\n"
                "help: --help shows how listeners are written\n"},
           Case{{"--allow-destination", "loopback"},
                "megaphoned: --allow-destination is for --proxy\nhelp: add for example --proxy 127.0.0.1:3128\n"},
           Case{{"--proxy", "127.0.0.1:1", "--allow-destination", "10.1.0.0/8"},
                "megaphoned: --allow-destination: \"10.1.0.0/8\" is not a network\n"
                "help: the network of that length is \"10.0.0.0/8\"; one address has no prefix\n"},
       }) {
    EXPECT_EQ(mistake(each.arguments), each.told);
  }
}

TEST(DaemonOptions, HelpAndVersionAreTextsWhateverElseStandsThere) {
  EXPECT_EQ(text({"--version"}), "megaphoned " + std::string(version()) + "\n");
  EXPECT_EQ(text({"-h"}), text({"--help", "--check"}));
}

TEST(DaemonOptions, HelpNamesEveryOptionAndFitsAScreen) {
  const std::string help = text({"--help"});
  for (const Option& option : daemonProgram().options) {
    EXPECT_NE(help.find("--" + std::string(option.name)), std::string::npos) << option.name;
  }
  EXPECT_LE(std::count(help.begin(), help.end(), '\n'), 24);
}

}  // namespace
}  // namespace megaphone::cli
