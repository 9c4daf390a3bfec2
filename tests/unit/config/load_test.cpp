#include "megaphone/config/load.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "megaphone/config/keys.h"

namespace megaphone::config {
namespace {

constexpr std::string_view kShortest = "[[proxy]]\nlisten = \"127.0.0.1:3128\"\n";

Settings settingsOf(std::string_view text) {
  const Loaded loaded = parse(text, "test.toml");
  for (const Problem& problem : loaded.problems) ADD_FAILURE() << format(problem, "test.toml");
  return loaded.settings.value_or(Settings{});
}

TEST(Load, TwoLinesAreAConfigurationAndTheRestHasItsDefaults) {
  const Settings settings = settingsOf(kShortest);
  ASSERT_EQ(settings.proxies.size(), 1u);
  Settings defaults;
  Proxy proxy;
  proxy.name = "proxy";
  proxy.listen = {*ListenOn::parse("127.0.0.1:3128")};
  defaults.proxies.push_back(proxy);
  EXPECT_EQ(toToml(settings), toToml(defaults));
  EXPECT_EQ(settings.file, "test.toml");
  EXPECT_EQ(settings.proxies[0].position.line, 1u);
}

TEST(Load, LettersOfAllLanguagesMayStandInKeysInQuotesInStringsAndInComments) {
  settingsOf(std::string(kShortest) + R"(
    "x-üж" = "€"  # ä
    x-more = """\
      é"""
  )");
  EXPECT_FALSE(parse("ü = 1", "test.toml").settings);
}

TEST(Load, EveryTypeOfValueReachesItsField) {
  const Settings settings = settingsOf(R"(
    [daemon]
    event_loops = 3
    drain_time = "5s"
    [log]
    level = "warning"
    path = "/var/log/megaphone.log"
    [access_log]
    path = "stdout"
    query_strings = true
    ring = "1MiB"
    [dns]
    servers = ["9.9.9.9", "[::1]:5353", "::1"]
    [[uppercase_tcp]]
    listen = ["0.0.0.0:7", "[::]:0"]
    reply = "once"
    [[proxy]]
    name = "lab"
    listen = "127.0.0.1:3128"
    clients = ["loopback", "192.0.2.0/24"]
    allow_destinations = "127.0.0.0/8"
    connect_ports = [443, "8000-8999"]
    deny_ports = 25
  )");
  EXPECT_EQ(settings.daemon.event_loops, 3u);
  EXPECT_EQ(settings.daemon.drain_time, Duration(5s));
  EXPECT_EQ(settings.log.level, Log::Level::warning);
  EXPECT_EQ(settings.log.path, "/var/log/megaphone.log");
  EXPECT_EQ(settings.access_log.path, "stdout");
  EXPECT_TRUE(settings.access_log.query_strings);
  EXPECT_EQ(settings.access_log.ring, 1u << 20);
  ASSERT_EQ(settings.dns.servers.size(), 3u);
  EXPECT_EQ(settings.dns.servers[0].text(), "9.9.9.9:53");
  EXPECT_EQ(settings.dns.servers[1].text(), "[::1]:5353");
  EXPECT_EQ(settings.dns.servers[2].text(), "[::1]:53");
  ASSERT_EQ(settings.uppercase_tcp.size(), 1u);
  EXPECT_EQ(settings.uppercase_tcp[0].reply, UppercaseTcp::Reply::once);
  EXPECT_EQ(settings.uppercase_tcp[0].listen[1].text(), "[::]:0");
  ASSERT_EQ(settings.proxies.size(), 1u);
  const Proxy& proxy = settings.proxies[0];
  EXPECT_EQ(proxy.name, "lab");
  ASSERT_EQ(proxy.clients.size(), 3u);
  EXPECT_EQ(proxy.clients[2].network.text(), "192.0.2.0/24");
  EXPECT_EQ(proxy.clients[2].position.line, 20u);
  EXPECT_EQ(proxy.clients[2].position.column, 28u);
  EXPECT_EQ(proxy.allow_destinations.size(), 1u);
  EXPECT_TRUE(proxy.connect_ports[1].contains(8999));
  EXPECT_FALSE(proxy.connect_ports[1].contains(9000));
  EXPECT_TRUE(proxy.deny_ports[0].contains(25));
}

TEST(Load, AnyPortContainsAllButZero) {
  const Settings settings = settingsOf("[[proxy]]\nlisten = \"127.0.0.1:1\"\nconnect_ports = \"any\"\n");
  EXPECT_TRUE(settings.proxies[0].connect_ports[0].contains(1));
  EXPECT_TRUE(settings.proxies[0].connect_ports[0].contains(65535));
  EXPECT_FALSE(settings.proxies[0].connect_ports[0].contains(0));
}

TEST(Load, OperatorsOwnKeysAreLeftAlone) {
  settingsOf("x-owner = \"us\"\n[x-notes]\na = 1\n[[proxy]]\nlisten = \"127.0.0.1:1\"\nx-ticket = 12\n");
}

TEST(Load, ListenersWithoutANameTakeTheNextFreeOne) {
  const Settings settings = settingsOf(R"(
    [[proxy]]
    listen = "127.0.0.1:1"
    [[proxy]]
    listen = "127.0.0.1:2"
    [[uppercase_udp]]
    name = "proxy-2"
    listen = "127.0.0.1:3"
    [[uppercase_udp]]
    listen = "127.0.0.1:4"
  )");
  EXPECT_EQ(settings.proxies[0].name, "proxy");
  EXPECT_EQ(settings.proxies[1].name, "proxy-3");
  EXPECT_EQ(settings.uppercase_udp[1].name, "uppercase-udp");
}

TEST(Load, TheSamePortMayBeSharedByTcpAndUdpByFamiliesAndByPortZero) {
  settingsOf(R"(
    [[uppercase_tcp]]
    listen = ["127.0.0.1:7", "[::1]:7", "127.0.0.1:0", "127.0.0.1:0", "127.0.0.2:7"]
    [[uppercase_udp]]
    listen = ["0.0.0.0:7", "[::]:7"]
  )");
}

TEST(Load, DefaultClientsAreNotTheWholeInternet) {
  const Settings settings = settingsOf(kShortest);
  const auto served = [&](const char* address) {
    for (const NetworkEntry& entry : settings.proxies[0].clients) {
      if (entry.network.contains(*IpAddress::parse(address))) return true;
    }
    return false;
  };
  for (const char* near : {"127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "fd00::1", "fe80::1"}) {
    EXPECT_TRUE(served(near)) << near;
  }
  for (const char* far : {"8.8.8.8", "172.32.0.1", "100.64.0.1", "2001:db8::1"}) EXPECT_FALSE(served(far)) << far;
}

TEST(Load, AFileThatIsNotThereIsAProblemAndNeverDefaults) {
  const Loaded loaded = load("/nonexistent/megaphone.toml");
  EXPECT_FALSE(loaded.settings);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_EQ(format(loaded.problems[0], "/nonexistent/megaphone.toml"),
            "/nonexistent/megaphone.toml: error: the file cannot be read: No such file or directory\n"
            "help: check the path; for a try without a file: megaphoned --proxy 127.0.0.1:3128\n");
}

TEST(Load, WhatIsNoRegularFileIsAProblem) {
  EXPECT_EQ(load("/").problems.at(0).message, "the file cannot be read: Is a directory");
  EXPECT_EQ(load("/dev/zero").problems.at(0).message, "the file is a device, not a regular file");
  EXPECT_EQ(load("/dev/null").problems.at(0).message, "the file is a device, not a regular file");
}

TEST(Load, AnEndlessFileIsAProblem) {
  const std::string path = ::testing::TempDir() + "/endless.toml";
  std::ofstream(path) << std::string((1 << 20) + 1, '#');
  EXPECT_EQ(load(path).problems.at(0).message, "the file is longer than 1 MiB");
  ::unlink(path.c_str());
}

TEST(Load, APipeIsReadAtTheStartButNotAgain) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::write(ends[1], kShortest.data(), kShortest.size()), static_cast<ssize_t>(kShortest.size()));
  ::close(ends[1]);
  const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
  Machine machine;
  machine.occasion = Occasion::reload;
  EXPECT_EQ(load(path, machine).problems.at(0).message, "the file is a pipe, not a regular file");
  machine.occasion = Occasion::start;
  EXPECT_TRUE(load(path, machine).settings);
  ::close(ends[0]);
}

TEST(Load, WhatIsWrittenIsReadToTheSameSettings) {
  const std::string once = toToml(settingsOf(R"(
    [daemon]
    event_loops = 7
    [access_log]
    path = "./a \"quoted\" \\ name"
    [[proxy]]
    listen = ["127.0.0.1:3128", "[::1]:3128"]
    clients = ["any", "10.0.0.0/8"]
    connect_ports = ["any", 443, "8000-8999"]
    max_head = "70000B"
    idle_timeout = "61s"
    [[proxy]]
    listen = "127.0.0.1:3129"
  )"));
  EXPECT_EQ(toToml(settingsOf(once)), once);
}

}  // namespace
}  // namespace megaphone::config
