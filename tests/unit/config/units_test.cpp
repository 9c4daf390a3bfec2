#include "megaphone/config/units.h"

#include <gtest/gtest.h>

namespace megaphone::config {
namespace {

using namespace std::chrono_literals;

TEST(Durations, AreAWholeNumberAndAUnit) {
  EXPECT_EQ(readDuration("500ms").value, Duration(500ms));
  EXPECT_EQ(readDuration("30s").value, Duration(30s));
  EXPECT_EQ(readDuration("10min").value, Duration(10min));
  EXPECT_EQ(readDuration("1h").value, Duration(1h));
  EXPECT_EQ(readDuration("0s").value, Duration(0));
}

TEST(Durations, OtherwiseWrittenAreRefusedWithAdvice) {
  struct Case {
    const char* text;
    const char* advice;
  };
  for (const Case& each : {
           Case{"10m", R"(write "10min" or "10ms")"},
           Case{"10", R"(write "10s")"},
           Case{"10 s", R"(write "10s")"},
           Case{" 10s ", R"(write "10s")"},
           Case{"10S", R"(write "10s")"},
           Case{"2 hours", R"(write "2h")"},
           Case{"1h30min", R"(a whole number and a unit, such as "500ms", "30s", "10min" or "1h")"},
           Case{"1.5s", R"(a whole number and a unit, such as "500ms", "30s", "10min" or "1h")"},
           Case{"-1s", R"(a whole number and a unit, such as "500ms", "30s", "10min" or "1h")"},
           Case{"s", R"(a whole number and a unit, such as "500ms", "30s", "10min" or "1h")"},
           Case{"", R"(a whole number and a unit, such as "500ms", "30s", "10min" or "1h")"},
           Case{"99999999999999999999s", "it is far too large"},
           Case{"9999999999h", "it is far too large"},
       }) {
    const auto reading = readDuration(each.text);
    EXPECT_FALSE(reading.value) << each.text;
    EXPECT_EQ(reading.advice, each.advice) << each.text;
  }
}

TEST(Durations, AreWrittenInTheLargestUnitThatFits) {
  EXPECT_EQ(durationText(1500ms), "1500ms");
  EXPECT_EQ(durationText(60s), "1min");
  EXPECT_EQ(durationText(90s), "90s");
  EXPECT_EQ(durationText(48h), "48h");
  EXPECT_EQ(durationText(Duration(0)), "0s");
}

TEST(Sizes, CountIn1024OrIn1000ByTheirUnit) {
  EXPECT_EQ(readSize("512B").value, 512u);
  EXPECT_EQ(readSize("64KiB").value, 65'536u);
  EXPECT_EQ(readSize("1MiB").value, 1'048'576u);
  EXPECT_EQ(readSize("1MB").value, 1'000'000u);
  EXPECT_EQ(readSize("2GiB").value, 2'147'483'648u);
}

TEST(Sizes, WithAnAmbiguousUnitAreRefusedWithBothMeanings) {
  EXPECT_FALSE(readSize("64K").value);
  EXPECT_EQ(readSize("64K").advice, R"(write "64KiB" or "64kB")");
  EXPECT_EQ(readSize("64KB").advice, R"(write "64kB")");
  EXPECT_EQ(readSize("64").advice, R"(write "64B")");
  EXPECT_EQ(readSize("99999999999GiB").advice, "it is far too large");
}

TEST(Sizes, AreWrittenInTheLargestUnitThatFits) {
  EXPECT_EQ(sizeText(4 << 20), "4MiB");
  EXPECT_EQ(sizeText(1'500), "1500B");
  EXPECT_EQ(sizeText(3'000'000), "3MB");
}

TEST(Networks, AreAPrefixAnAddressOrAWord) {
  EXPECT_EQ(readNetworks("10.0.0.0/8").value->front().text(), "10.0.0.0/8");
  EXPECT_EQ(readNetworks("::1").value->front(), *IpNetwork::parse("::1/128"));
  EXPECT_EQ(readNetworks("any").value->size(), 2u);
}

TEST(Networks, PrivateOpensNeitherLoopbackNorLinkLocal) {
  const auto reading = readNetworks("private");
  for (const IpNetwork& network : *reading.value) {
    EXPECT_FALSE(network.contains(*IpAddress::parse("127.0.0.1")));
    EXPECT_FALSE(network.contains(*IpAddress::parse("169.254.169.254")));
    EXPECT_FALSE(network.contains(*IpAddress::parse("fe80::1")));
  }
}

TEST(Networks, WithBitsBehindThePrefixAreToldTheNetwork) {
  EXPECT_EQ(readNetworks("10.1.2.3/8").advice,
            R"(the network of that length is "10.0.0.0/8"; one address has no prefix)");
  EXPECT_EQ(readNetworks("2001:db8:ffff::1/33").advice,
            R"(the network of that length is "2001:db8:8000::/33"; one address has no prefix)");
  EXPECT_EQ(readNetworks("10.0.0.0/33").advice, "the prefix length is a whole number from 0 to 32");
}

TEST(Networks, ThatCouldNeverMatchAreRefused) {
  EXPECT_EQ(readNetworks("::ffff:10.0.0.0/104").advice, R"(write the IPv4 network itself, without "::ffff:")");
}

}  // namespace
}  // namespace megaphone::config
