#include "resolver.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>

#include "name_server.h"
#include "sockets.h"
#include "temporary_file.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;
using Family = IpAddress::Family;
using Type = NameServer::Type;
using Kind = NameServer::Answer::Kind;

struct Waiter final : Lookup {
  std::string v4 = "-";
  std::string v6 = "-";
  std::optional<Reason> v4Failed;
  std::optional<Reason> v6Failed;
  std::optional<Side> side;  // of what failed last
  std::string context;
  std::function<void()> told = [] {};

  bool done() const { return (v4 != "-" || v4Failed) && (v6 != "-" || v6Failed); }

 private:
  void onAddresses(Family family, const std::vector<IpAddress>& addresses) override {
    std::string& text = family == Family::v4 ? v4 : v6;
    EXPECT_EQ(text, "-") << "told twice";
    text.clear();
    for (const IpAddress& address : addresses) text += address.text() + ' ';
    told();
  }
  void onLookupFailed(Family family, Error error) override {
    std::optional<Reason>& failed = family == Family::v4 ? v4Failed : v6Failed;
    EXPECT_FALSE(failed) << "told twice";
    failed = error.reason;
    side = error.side;
    context = std::move(error.context);
    told();
  }
};

struct ResolverTest : testing::Test {
  uv::Loop loop;
  NameServer names;
  Resolver::Options options;
  std::optional<Resolver> resolver;

  ResolverTest() {
    options.dns.servers = {names.endpoint()};
    options.dns.hosts_file = false;
    options.maxNamesAsked = 100;
  }
  Resolver& theResolver() {
    if (!resolver) resolver.emplace(loop, options, KeyedHash());
    return *resolver;
  }
  void await(Waiter& waiter) {
    waiter.told = [&] {
      if (waiter.done()) loop.stop();
    };
    if (!waiter.done()) loop.run();
  }
  std::unique_ptr<Waiter> resolve(const std::string& name) {
    auto waiter = std::make_unique<Waiter>();
    theResolver().resolve(name, *waiter);
    await(*waiter);
    return waiter;
  }
  int asked(const std::string& name) { return names.asked(name, Type::a); }
};

TEST_F(ResolverTest, FindsTheAddressesOfBothFamiliesInTheirOrder) {
  names.addresses("example.org", {ip("192.0.2.2"), ip("192.0.2.1")}, {ip("2001:db8::2"), ip("2001:db8::1")});
  const auto found = resolve("example.org");
  EXPECT_EQ(found->v4, "192.0.2.2 192.0.2.1 ");
  EXPECT_EQ(found->v6, "2001:db8::2 2001:db8::1 ");
}

TEST_F(ResolverTest, ANameWithOneFamilyHasNoDataInTheOther) {
  names.addresses("example.org", {ip("192.0.2.1")});
  const auto found = resolve("example.org");
  EXPECT_EQ(found->v4, "192.0.2.1 ");
  EXPECT_EQ(found->v6Failed, Reason::dns_error);
}

TEST_F(ResolverTest, OneFamilyIsToldWhileTheOtherIsSilent) {
  names.addresses("example.org", {ip("192.0.2.1")});
  names.script("example.org", Type::aaaa, {Kind::silence, {}, 0, {}, 0});
  Waiter waiter;
  waiter.told = [&] { loop.stop(); };
  theResolver().resolve("example.org", waiter);
  loop.run();
  EXPECT_EQ(waiter.v4, "192.0.2.1 ");
  EXPECT_FALSE(waiter.done());
}

TEST_F(ResolverTest, AnUnknownNameIsADnsErrorAndNoSearchDomainIsTried) {
  const TemporaryFile resolvConf("search search.example\noptions ndots:5\n");
  options.resolvConf = resolvConf.path();
  EXPECT_EQ(resolve("unknown.example")->v4Failed, Reason::dns_error);
  EXPECT_EQ(resolve("single")->v4Failed, Reason::dns_error);
  EXPECT_EQ(names.askedInAll(), 4);
}

TEST_F(ResolverTest, ASilentServerIsADnsTimeoutAfterItsTries) {
  options.dns.timeout = 10ms;
  options.dns.tries = 2;
  names.silence("silent.example");
  const auto found = resolve("silent.example");
  EXPECT_EQ(found->v4Failed, Reason::dns_timeout);
  EXPECT_EQ(found->v6Failed, Reason::dns_timeout);
  names.awaitAsked("silent.example", Type::a, 2);
  EXPECT_EQ(asked("silent.example"), 2);
}

TEST_F(ResolverTest, AServerThatFailsIsADnsError) {
  for (const Type type : {Type::a, Type::aaaa})
    names.script("broken.example", type, {Kind::serverFailure, {}, 0, {}, 0});
  EXPECT_EQ(resolve("broken.example")->v4Failed, Reason::dns_error);
}

TEST_F(ResolverTest, AnAliasIsFollowed) {
  names.script("www.example", Type::a, {Kind::records, {ip("192.0.2.1")}, 60, "real.example", 60});
  EXPECT_EQ(resolve("www.example")->v4, "192.0.2.1 ");
}

TEST_F(ResolverTest, AnAnswerIsKeptForItsTimeToLive) {
  names.addresses("example.org", {ip("192.0.2.1")}, {ip("2001:db8::1")}, 60);
  resolve("example.org");
  const auto again = resolve("example.org");
  EXPECT_EQ(again->v4, "192.0.2.1 ");
  EXPECT_EQ(again->v6, "2001:db8::1 ");
  EXPECT_EQ(names.askedInAll(), 2);
}

TEST_F(ResolverTest, AnAnswerWithoutTimeToLiveIsAskedForAgain) {
  options.dns.min_ttl = 0s;
  names.addresses("example.org", {ip("192.0.2.1")}, {}, 0);
  resolve("example.org");
  resolve("example.org");
  EXPECT_EQ(asked("example.org"), 2);
}

TEST_F(ResolverTest, TheTimeToLiveHasAFloorAndACeiling) {
  options.dns.min_ttl = 1min;
  names.addresses("short.example", {ip("192.0.2.1")}, {}, 0);
  resolve("short.example");
  resolve("short.example");
  EXPECT_EQ(asked("short.example"), 1);

  resolver.reset();
  options.dns.min_ttl = options.dns.max_ttl = 0s;
  names.addresses("long.example", {ip("192.0.2.1")}, {}, 3600);
  resolve("long.example");
  resolve("long.example");
  EXPECT_EQ(asked("long.example"), 2);
}

TEST_F(ResolverTest, TheSmallestTimeToLiveOfTheChainCounts) {
  options.dns.min_ttl = 0s;
  names.script("alias.example", Type::a, {Kind::records, {ip("192.0.2.1")}, 60, "real.example", 0});
  names.script("target.example", Type::a, {Kind::records, {ip("192.0.2.1")}, 0, "real.example", 60});
  for (const std::string name : {"alias.example", "target.example"}) {
    resolve(name);
    resolve(name);
    EXPECT_EQ(asked(name), 2) << name;
  }
}

TEST_F(ResolverTest, ThatANameDoesNotExistIsKeptForTheNegativeTime) {
  resolve("unknown.example");
  EXPECT_EQ(resolve("unknown.example")->v4Failed, Reason::dns_error);
  EXPECT_EQ(asked("unknown.example"), 1);

  resolver.reset();
  options.dns.negative_ttl = 0s;
  resolve("other.example");
  resolve("other.example");
  EXPECT_EQ(asked("other.example"), 2);
}

TEST_F(ResolverTest, EqualNamesShareOneQuestion) {
  names.addresses("example.org", {ip("192.0.2.1")});
  names.hold(true);
  Waiter one;
  Waiter two;
  theResolver().resolve("example.org", one);
  theResolver().resolve("example.org", two);
  names.awaitAsked("example.org", Type::a, 1);
  names.hold(false);
  await(one);
  await(two);
  EXPECT_EQ(two.v4, "192.0.2.1 ");
  EXPECT_EQ(asked("example.org"), 1);
}

TEST_F(ResolverTest, AWaiterThatLeavesIsNotToldAndTheAnswerIsKept) {
  names.addresses("example.org", {ip("192.0.2.1")});
  {
    Waiter leaving;
    leaving.told = [] { FAIL(); };
    theResolver().resolve("example.org", leaving);
  }
  EXPECT_EQ(resolve("example.org")->v4, "192.0.2.1 ");
  EXPECT_EQ(asked("example.org"), 1);
}

TEST_F(ResolverTest, AWaiterMayLeaveWhileItIsTold) {
  names.addresses("example.org", {ip("192.0.2.1")}, {ip("2001:db8::1")});
  auto leaving = std::make_unique<Waiter>();
  leaving->told = [&] {
    leaving->unlink();
    leaving->told = [] { FAIL(); };
  };
  theResolver().resolve("example.org", *leaving);
  Waiter staying;
  theResolver().resolve("example.org", staying);
  await(staying);
  EXPECT_FALSE(leaving->done());
  EXPECT_EQ(staying.v6, "2001:db8::1 ");
}

TEST_F(ResolverTest, TheCacheIsBoundedAndForgetsTheLongestUnused) {
  options.dns.cache_entries = 2;
  for (const char* name : {"a.example", "b.example", "c.example"}) names.addresses(name, {ip("192.0.2.1")});
  resolve("a.example");
  resolve("b.example");
  resolve("a.example");
  resolve("c.example");
  resolve("d.example");  // makes room: b is the longest unused
  resolve("a.example");
  EXPECT_EQ(asked("a.example"), 1);
  resolve("b.example");
  EXPECT_EQ(asked("b.example"), 2);
}

TEST_F(ResolverTest, NamesUnderQuestionAreBounded) {
  options.maxNamesAsked = 1;
  names.addresses("a.example", {ip("192.0.2.1")});
  names.hold(true);
  Waiter first;
  Waiter same;
  Waiter refused;
  theResolver().resolve("a.example", first);
  theResolver().resolve("b.example", refused);
  theResolver().resolve("a.example", same);
  EXPECT_EQ(refused.v4Failed, Reason::connection_limit_reached);
  names.awaitAsked("a.example", Type::a, 1);
  names.hold(false);
  await(same);
  EXPECT_EQ(first.v4, "192.0.2.1 ");
  EXPECT_EQ(same.v4, "192.0.2.1 ");
}

TEST_F(ResolverTest, LocalhostIsLoopbackWithoutAQuestion) {
  for (const char* name : {"localhost", "any.localhost"}) {
    const auto found = resolve(name);
    EXPECT_EQ(found->v4, "127.0.0.1 ");
    EXPECT_EQ(found->v6, "::1 ");
  }
  EXPECT_EQ(resolve("name.onion")->v4Failed, Reason::dns_error);
  EXPECT_EQ(names.askedInAll(), 0);
}

TEST_F(ResolverTest, TheHostsFileGoesBeforeTheNameServers) {
  const TemporaryFile hosts("192.0.2.7 example.org\n");
  options.hosts = hosts.path();
  options.dns.hosts_file = true;
  names.addresses("example.org", {ip("192.0.2.1")}, {ip("2001:db8::1")});
  names.addresses("other.example", {ip("192.0.2.2")});
  const auto found = resolve("example.org");
  EXPECT_EQ(found->v4, "192.0.2.7 ");
  EXPECT_EQ(found->v6, "");
  EXPECT_EQ(names.askedInAll(), 0);
  EXPECT_EQ(resolve("other.example")->v4, "192.0.2.2 ");
}

TEST_F(ResolverTest, ServersComeFromResolvConfAndChangeWithIt) {
  NameServer other({ip("127.0.0.2"), names.endpoint().port});
  names.addresses("example.org", {ip("192.0.2.1")});
  other.addresses("example.org", {ip("192.0.2.2")});
  TemporaryFile resolvConf("nameserver " + names.endpoint().address.text() + "\n");
  options.dns.servers.clear();
  options.resolvConf = resolvConf.path();
  options.resolvConfPort = names.endpoint().port;
  options.filesLookedAtEvery = 0s;
  EXPECT_EQ(resolve("example.org")->v4, "192.0.2.1 ");
  resolvConf.write("# changed\nnameserver " + other.endpoint().address.text() + "\n");
  EXPECT_EQ(resolve("example.org")->v4, "192.0.2.2 ");
}

TEST_F(ResolverTest, AQuestionUnderWayOutlivesAChangeOfResolvConf) {
  NameServer other({ip("127.0.0.2"), names.endpoint().port});
  names.addresses("slow.example", {ip("192.0.2.1")});
  TemporaryFile resolvConf("nameserver " + names.endpoint().address.text() + "\n");
  options.dns.servers.clear();
  options.resolvConf = resolvConf.path();
  options.resolvConfPort = names.endpoint().port;
  options.filesLookedAtEvery = 0s;
  names.hold(true);
  Waiter slow;
  theResolver().resolve("slow.example", slow);
  names.awaitAsked("slow.example", Type::a, 1);
  resolvConf.write("# changed\nnameserver " + other.endpoint().address.text() + "\n");
  resolve("other.example");
  EXPECT_EQ(other.askedInAll(), 2);
  names.hold(false);
  await(slow);
  EXPECT_EQ(slow.v4, "192.0.2.1 ");
}

// Two servers, the first of which answers everything so.
struct TwoServersTest : ResolverTest {
  NameServer first;

  TwoServersTest() {
    options.dns.servers = {first.endpoint(), names.endpoint()};
    options.dns.timeout = 500ms;
    options.dns.tries = 1;
    for (const char* name : {"a.example", "b.example", "c.example"}) names.addresses(name, {ip("192.0.2.1")});
  }
  void firstAnswers(Kind kind) { first.answerAll({kind, {}, 60, {}, 0}); }
};

TEST_F(TwoServersTest, TheSecondIsAskedWhereTheFirstCannotAnswer) {
  for (const Kind kind : {Kind::serverFailure, Kind::refusal, Kind::silence}) {
    resolver.reset();
    options.health = std::make_shared<ServerHealth>();
    firstAnswers(kind);
    EXPECT_EQ(resolve("a.example")->v4, "192.0.2.1 ");
  }
}

TEST_F(TwoServersTest, TheOneThatAnswersIsAskedFirstFromThenOn) {
  firstAnswers(Kind::silence);
  resolve("a.example");
  const int until = first.askedInAll();
  EXPECT_EQ(resolve("b.example")->v4, "192.0.2.1 ");
  EXPECT_EQ(resolve("c.example")->v4, "192.0.2.1 ");
  EXPECT_EQ(first.askedInAll(), until);
}

TEST_F(TwoServersTest, WhatOneResolverHasFoundOutAllKnow) {
  firstAnswers(Kind::silence);
  resolve("a.example");
  const int until = first.askedInAll();
  resolver.reset();
  EXPECT_EQ(resolve("b.example")->v4, "192.0.2.1 ");
  EXPECT_EQ(first.askedInAll(), until);
}

TEST_F(TwoServersTest, TheFirstIsAskedFirstAgainWhenItAnswersAgain) {
  firstAnswers(Kind::silence);
  resolve("a.example");
  options.health->answered(first.endpoint());
  firstAnswers(Kind::noSuchName);
  EXPECT_EQ(resolve("b.example")->v4Failed, Reason::dns_error);
}

TEST_F(TwoServersTest, ThatANameDoesNotExistIsAnAnswer) {
  firstAnswers(Kind::noSuchName);
  EXPECT_EQ(resolve("a.example")->v4Failed, Reason::dns_error);
  EXPECT_EQ(names.askedInAll(), 0);
}

TEST_F(TwoServersTest, AServerWhosePortIsClosedCostsNoTime) {
  options.dns.timeout = 1min;
  const Endpoint closed = *Endpoint::local(boundSocket({ip("127.0.0.1"), 0}).get());
  options.dns.servers.front() = closed;
  EXPECT_EQ(resolve("a.example")->v4, "192.0.2.1 ");
}

TEST_F(ResolverTest, QuestionsComeFromMoreThanOnePort) {
  names.addresses("last.example", {ip("192.0.2.1")});
  names.hold(true);
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (std::size_t i = 0; i < 2 * NameServers::kQuestionsPerPort; ++i) {
    waiters.push_back(std::make_unique<Waiter>());
    theResolver().resolve("n" + std::to_string(i) + ".example", *waiters.back());
  }
  names.awaitAsked("n" + std::to_string(waiters.size() - 1) + ".example", Type::a, 1);
  names.hold(false);
  resolve("last.example");
  EXPECT_GE(names.askersPorts().size(), 4u);
}

TEST_F(ResolverTest, AFailureThatIsNotTheNamesIsTheDaemonsMatter) {
  names.answerAll({Kind::refusal, {}, 0, {}, 0});
  EXPECT_EQ(resolve("broken.example")->side, Side::daemon);
  names.answerAll({Kind::noSuchName, {}, 0, {}, 0});
  EXPECT_EQ(resolve("unknown.example")->side, Side::origin);
}

TEST_F(ResolverTest, WithoutServersTheErrorSaysSo) {
  const TemporaryFile resolvConf("# nothing yet\n");
  options.dns.servers.clear();
  options.resolvConf = resolvConf.path();
  options.resolvConfPort = Endpoint::local(boundSocket({ip("127.0.0.1"), 0}).get())->port;  // closed again
  const auto found = resolve("example.org");
  EXPECT_EQ(found->side, Side::daemon);
  EXPECT_NE(found->context.find("no name servers are configured"), std::string::npos) << found->context;
}

TEST_F(ResolverTest, ADomainIsSearchedWhereConfigured) {
  options.dns.search = {"corp.example", "example"};
  names.addresses("intranet.example", {ip("192.0.2.1")});
  EXPECT_EQ(resolve("intranet")->v4, "192.0.2.1 ");
  EXPECT_EQ(asked("intranet.corp.example"), 1);
  EXPECT_EQ(asked("intranet"), 0);
  EXPECT_EQ(resolve("intranet")->v4, "192.0.2.1 ");
  EXPECT_EQ(asked("intranet.corp.example"), 1) << "remembered";
}

TEST_F(ResolverTest, ANameWithEnoughDotsOrADotAtItsEndIsLookedUpAsItIs) {
  options.dns.search = {"example"};
  names.addresses("www.org", {ip("192.0.2.1")});
  names.addresses("www.org.example", {ip("192.0.2.9")});
  names.addresses("intranet.example", {ip("192.0.2.9")});
  EXPECT_EQ(resolve("www.org")->v4, "192.0.2.1 ");
  EXPECT_EQ(resolve("intranet.")->v4Failed, Reason::dns_error);
  EXPECT_EQ(asked("www.org.example") + asked("intranet.example"), 0);
}

TEST_F(ResolverTest, BothFamiliesOfASearchedNameAreOfOneDomain) {
  options.dns.search = {"a.example", "b.example"};
  names.addresses("www.a.example", {}, {ip("2001:db8::1")});
  names.addresses("www.b.example", {ip("192.0.2.9")});
  const auto found = resolve("www");
  EXPECT_EQ(found->v6, "2001:db8::1 ");
  EXPECT_EQ(found->v4Failed, Reason::dns_error);
}

TEST_F(ResolverTest, AFailureEndsTheSearch) {
  options.dns.search = {"a.example", "b.example"};
  for (const Type type : {Type::a, Type::aaaa})
    names.script("www.a.example", type, {Kind::serverFailure, {}, 0, {}, 0});
  names.addresses("www.b.example", {ip("192.0.2.9")});
  EXPECT_EQ(resolve("www")->v4Failed, Reason::dns_error);
  EXPECT_EQ(resolve("www")->v4Failed, Reason::dns_error) << "remembered";
  EXPECT_EQ(names.asked("www.b.example", Type::a), 0);
}

TEST_F(ResolverTest, DomainsAndDotsMayBeThoseOfResolvConf) {
  const TemporaryFile resolvConf("search corp.example\noptions ndots:2\n");
  options.dns.search = {"resolv.conf"};
  options.resolvConf = resolvConf.path();
  names.addresses("www.intranet.corp.example", {ip("192.0.2.1")});
  EXPECT_EQ(resolve("www.intranet")->v4, "192.0.2.1 ");
  EXPECT_EQ(asked("www.intranet"), 0);
}

TEST_F(ResolverTest, RemembersTheFamilyThatWorked) {
  names.addresses("example.org", {ip("192.0.2.1")});
  EXPECT_EQ(theResolver().preferred("example.org"), Family::v6);
  resolve("example.org");
  theResolver().worked("example.org", Family::v4);
  EXPECT_EQ(theResolver().preferred("example.org"), Family::v4);
  EXPECT_EQ(theResolver().preferred("other.example"), Family::v6);
}

TEST_F(ResolverTest, EndsWithQuestionsUnderWay) {
  names.silence("silent.example");
  Waiter waiter;
  waiter.told = [] { FAIL(); };
  theResolver().resolve("silent.example", waiter);
  resolver.reset();
  EXPECT_FALSE(waiter.linked());
}

}  // namespace
}  // namespace megaphone::connect
