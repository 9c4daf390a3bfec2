#include "dns_answer.h"

#include <gtest/gtest.h>

#include "sockets.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;
using Status = DnsReading::Status;
using Family = IpAddress::Family;

constexpr unsigned kA = 1;
constexpr unsigned kCname = 5;
constexpr unsigned kAaaa = 28;

std::string number16(unsigned value) { return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)}; }

// Labels separated by '.'; "\." is no separator.
std::string nameBytes(const std::string& name) {
  std::string out;
  std::string label;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i == name.size() || name[i] == '.') {
      if (label.empty()) continue;
      out += static_cast<char>(label.size()) + label;
      label.clear();
    } else {
      label += name[i] == '\\' ? name[++i] : name[i];
    }
  }
  return out + '\0';
}

std::string record(const std::string& owner, unsigned type, const std::string& data, unsigned ttl = 60,
                   unsigned netClass = 1) {
  return nameBytes(owner) + number16(type) + number16(netClass) + number16(ttl >> 16) + number16(ttl & 0xffff) +
         number16(static_cast<unsigned>(data.size())) + data;
}
std::string a(const std::string& owner, const char* address, unsigned ttl = 60) {
  const IpAddress parsed = ip(address);
  return record(owner, parsed.isV4() ? kA : kAaaa, std::string(parsed.bytes()), ttl);
}
std::string cname(const std::string& owner, const std::string& target, unsigned ttl = 60) {
  return record(owner, kCname, nameBytes(target), ttl);
}

// An answer to a question for www.test.
std::string message(const std::vector<std::string>& answers, unsigned flags = 0x8180) {
  std::string out = "id" + number16(flags) + number16(1) + number16(static_cast<unsigned>(answers.size())) +
                    number16(0) + number16(0) + nameBytes("www.test") + number16(kA) + number16(1);
  for (const std::string& each : answers) out += each;
  return out;
}

DnsReading reading(const std::string& bytes, Family family = Family::v4) {
  return readDnsAnswer(bytes, "www.test", family);
}
std::string found(const std::vector<std::string>& answers, Family family = Family::v4) {
  const DnsReading read = reading(message(answers), family);
  std::string text;
  for (const IpAddress& address : read.addresses) text += address.text() + ' ';
  EXPECT_EQ(read.status == Status::found, !read.addresses.empty());
  return text;
}

TEST(DnsAnswer, GivesTheAddressesInTheirOrder) {
  EXPECT_EQ(found({a("www.test", "192.0.2.2"), a("www.test", "192.0.2.1")}), "192.0.2.2 192.0.2.1 ");
  EXPECT_EQ(found({a("www.test", "2001:db8::1")}, Family::v6), "2001:db8::1 ");
}

TEST(DnsAnswer, FollowsAliasesToNamesOfAnyBytes) {
  for (const char* target : {"*.b.test", "_x_.b.test", "1/2.b.test", "a b.test", "a\\.b.test", "\xff\x01.test", "b"})
    EXPECT_EQ(found({cname("www.test", target), a(target, "192.0.2.1")}), "192.0.2.1 ") << target;
}

TEST(DnsAnswer, ADotInsideALabelSeparatesNothing) {
  EXPECT_EQ(found({cname("www.test", "a\\.b.test"), a("a.b.test", "192.0.2.1")}), "");
}

TEST(DnsAnswer, TheOrderOfTheRecordsDoesNotMatter) {
  EXPECT_EQ(found({a("c.test", "192.0.2.1"), cname("b.test", "c.test"), cname("www.test", "b.test")}), "192.0.2.1 ");
}

TEST(DnsAnswer, NamesAreTheSameInCapitals) {
  EXPECT_EQ(found({cname("WWW.Test", "B.test"), a("b.TEST", "192.0.2.1")}), "192.0.2.1 ");
}

TEST(DnsAnswer, PassesOverWhatTheAliasesDoNotReach) {
  EXPECT_EQ(found({a("evil.test", "192.0.2.9"), cname("other.test", "www.test"), a("www.test", "192.0.2.1")}),
            "192.0.2.1 ");
  EXPECT_EQ(reading(message({a("evil.test", "192.0.2.9")})).status, Status::noAddress);
}

TEST(DnsAnswer, PassesOverOtherTypesAndClasses) {
  EXPECT_EQ(found({record("www.test", 46, std::string(30, 'x')), a("www.test", "2001:db8::1"),
                   record("www.test", kA, "\x0a\1\1\1", 60, 3), a("www.test", "192.0.2.1")}),
            "192.0.2.1 ");
}

TEST(DnsAnswer, AChainThatEndsNowhereHasNoAddress) {
  const std::vector<std::vector<std::string>> chains{{},
                                                     {cname("www.test", "gone.test")},
                                                     {cname("www.test", "www.test")},
                                                     {cname("www.test", "b.test"), cname("b.test", "www.test")}};
  for (const auto& chain : chains) EXPECT_EQ(reading(message(chain)).status, Status::noAddress);
}

TEST(DnsAnswer, FollowsLongChainsUpToABound) {
  const auto chain = [](std::size_t aliases) {
    std::vector<std::string> out;
    std::string name = "www.test";
    for (std::size_t i = 0; i < aliases; ++i) {
      const std::string next = "c" + std::to_string(i) + ".test";
      out.push_back(cname(name, next));
      name = next;
    }
    out.push_back(a(name, "192.0.2.1"));
    return out;
  };
  EXPECT_EQ(found(chain(kMostAliases)), "192.0.2.1 ");
  EXPECT_EQ(found(chain(kMostAliases + 1)), "");
}

TEST(DnsAnswer, TheSmallestTimeToLiveOfTheChainCounts) {
  EXPECT_EQ(reading(message({cname("www.test", "b.test", 30), a("b.test", "192.0.2.1", 60)})).ttl, 30s);
  EXPECT_EQ(reading(message({cname("www.test", "b.test", 60), a("b.test", "192.0.2.1", 20)})).ttl, 20s);
  EXPECT_EQ(reading(message({a("www.test", "192.0.2.1", 0)})).ttl, 0s);
}

TEST(DnsAnswer, ATimeToLiveWithTheFirstBitSetIsZero) {
  EXPECT_EQ(reading(message({a("www.test", "192.0.2.1", 0xffffffff)})).ttl, 0s);
  EXPECT_EQ(reading(message({a("www.test", "192.0.2.1", 0x7fffffff)})).ttl, 2'147'483'647s);
}

TEST(DnsAnswer, TheAddressesAreBoundedAndNoneIsGivenTwice) {
  std::vector<std::string> many;
  for (int i = 0; i < 200; ++i) many.push_back(a("www.test", ("192.0.2." + std::to_string(i / 2)).c_str()));
  EXPECT_EQ(reading(message(many)).addresses.size(), kMostAddresses);
}

TEST(DnsAnswer, TheCodeSaysWhatKindOfAnswerItIs) {
  EXPECT_EQ(reading(message({cname("www.test", "b.test")}, 0x8183)).status, Status::noSuchName);
  for (const auto& [code, name] : std::vector<std::pair<unsigned, const char*>>{
           {1, "FORMERR"}, {2, "SERVFAIL"}, {4, "NOTIMP"}, {5, "REFUSED"}, {9, "an unknown response code"}}) {
    const DnsReading read = reading(message({}, 0x8180 | code));
    EXPECT_EQ(read.status, Status::refused);
    EXPECT_EQ(read.code, name);
  }
}

TEST(DnsAnswer, AQuestionIsNoAnswer) { EXPECT_EQ(reading(message({}, 0x0100)).status, Status::malformed); }

TEST(DnsAnswer, EveryCutIsMalformed) {
  const std::string whole = message({cname("www.test", "b.test"), a("b.test", "192.0.2.1")});
  ASSERT_EQ(reading(whole).status, Status::found);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(reading(whole.substr(0, size)).status, Status::malformed) << size;
}

TEST(DnsAnswer, AnAddressOfAnotherLengthIsMalformed) {
  EXPECT_EQ(reading(message({record("www.test", kA, std::string("\x7f\0\0\1\0", 5))})).status, Status::malformed);
  EXPECT_EQ(reading(message({record("www.test", kA, "")})).status, Status::malformed);
}

TEST(DnsAnswer, FollowsPointersBackwardsOnly) {
  const std::string fields =
      number16(kA) + number16(1) + number16(0) + number16(60) + number16(4) + std::string("\xc0\0\2\1", 4);
  const auto withOwner = [&](const std::string& owner) { return reading(message({owner + fields})).status; };
  const unsigned here = 12 + 10 + 4;  // behind the question
  EXPECT_EQ(withOwner(number16(0xc000 | 12)), Status::found);
  EXPECT_EQ(withOwner("\3www" + number16(0xc000 | 16)), Status::found);
  EXPECT_EQ(withOwner(number16(0xc000 | here)), Status::malformed) << "to itself";
  EXPECT_EQ(withOwner("\3www" + number16(0xc000 | here)), Status::malformed) << "into a loop";
  EXPECT_EQ(withOwner(number16(0xc000 | (here + 40))), Status::malformed) << "forwards";
  EXPECT_EQ(withOwner("\x40xxx" + std::string(1, '\0')), Status::malformed) << "an unknown kind of label";
}

TEST(DnsAnswer, ANameLongerThanAllowedIsMalformed) {
  std::string name;
  for (int i = 0; i < 5; ++i) name += std::string(60, 'x') + '.';
  EXPECT_EQ(reading(message({a(name, "192.0.2.1")})).status, Status::malformed);
}

}  // namespace
}  // namespace megaphone::connect
