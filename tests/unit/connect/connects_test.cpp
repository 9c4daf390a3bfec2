#include "megaphone/connect/connects.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include <map>
#include <optional>
#include <thread>

#include "megaphone/uv/handles.h"
#include "name_server.h"
#include "sockets.h"

namespace megaphone::connect {
namespace {

using namespace std::chrono_literals;
using Type = NameServer::Type;

struct ConnectsTest : testing::Test {
  uv::Loop loop;
  std::map<JobId, Outcome> outcomes;
  std::size_t wanted = 0;
  NameServer names;
  config::DaemonSettings limits;
  config::Dns dns;
  access::DestinationRulesPtr rules = loopbackRules();
  std::vector<std::uint16_t> ownPorts;
  std::optional<Connects> connects;
  std::optional<ConnectPool> pool;  // ends first

  ConnectsTest() {
    dns.servers = {names.endpoint()};
    dns.hosts_file = false;
  }
  void onOutcome(Outcome&& outcome) {
    const JobId id = outcome.id;
    EXPECT_TRUE(outcomes.emplace(id, std::move(outcome)).second) << "answered twice: " << id;
    if (outcomes.size() >= wanted) loop.stop();
  }
  void begin() {
    if (pool) return;
    pool.emplace(limits, dns, ownPorts);
    connects.emplace(loop, *pool, nullptr, [this](Outcome&& outcome) { onOutcome(std::move(outcome)); });
  }
  Job job(JobId id, const std::string& host, std::uint16_t port, Duration time = 20s,
          const char* client = "192.0.2.1") {
    return {id, host, port, rules, monoNow() + time, record::Client::at({ip(client), 4711}), {}};
  }
  Result<void> submit(JobId id, const std::string& host, std::uint16_t port, Duration time = 20s,
                      const char* client = "192.0.2.1") {
    begin();
    return connects->submit(job(id, host, port, time, client));
  }
  void await(std::size_t count) {
    wanted = count;
    if (outcomes.size() < wanted) loop.run();
  }
  const Result<Connection>& outcome(JobId id) { return outcomes.at(id).connection; }
  const Error& errorOf(JobId id) { return outcomes.at(id).connection.error(); }
};

TEST_F(ConnectsTest, ANumericAddressIsConnectedWithoutALookup) {
  LiveListener origin("127.0.0.1");
  ASSERT_TRUE(submit(7, "127.0.0.1", origin.port()));
  await(1);
  ASSERT_TRUE(outcome(7)) << describe(errorOf(7));
  EXPECT_EQ(outcome(7)->peer, origin.endpoint());
  EXPECT_EQ(outcomes.at(7).resolve, Duration::zero());
  EXPECT_GE(outcomes.at(7).connect, Duration::zero());
  EXPECT_EQ(names.askedInAll(), 0);
}

TEST_F(ConnectsTest, TheDescriptorIsNonBlockingAndCloseOnExec) {
  LiveListener origin("127.0.0.1");
  ASSERT_TRUE(submit(1, "127.0.0.1", origin.port()));
  await(1);
  ASSERT_TRUE(outcome(1));
  const int fd = outcome(1)->fd();
  EXPECT_TRUE(::fcntl(fd, F_GETFL) & O_NONBLOCK);
  EXPECT_TRUE(::fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

TEST_F(ConnectsTest, ANameIsLookedUpAndConnected) {
  LiveListener origin("127.0.0.1");
  names.addresses("example.org", {ip("127.0.0.1")});
  ASSERT_TRUE(submit(1, "Example.ORG.", origin.port()));
  await(1);
  ASSERT_TRUE(outcome(1)) << describe(errorOf(1));
  EXPECT_EQ(outcome(1)->peer, origin.endpoint());
  EXPECT_GE(outcomes.at(1).resolve, Duration::zero());
}

TEST_F(ConnectsTest, AConnectionThatIsRefusedSaysSoAndWhere) {
  RefusedPort nobody;
  ASSERT_TRUE(submit(1, "127.0.0.1", nobody.endpoint().port));
  await(1);
  ASSERT_FALSE(outcome(1));
  EXPECT_EQ(errorOf(1).reason, Reason::connection_refused);
  EXPECT_EQ(errorOf(1).side, Side::origin);
  EXPECT_EQ(errorOf(1).errnum, ECONNREFUSED);
  EXPECT_EQ(errorOf(1).context, "connect to " + nobody.endpoint().text());
}

TEST_F(ConnectsTest, ANameWithSeveralAddressesSaysHowManyWereTried) {
  RefusedPort nobody("0.0.0.0");
  names.addresses("example.org", {ip("127.0.0.1"), ip("127.0.0.2"), ip("127.0.0.3")});
  const std::uint16_t port = nobody.endpoint().port;
  ASSERT_TRUE(submit(1, "example.org", port));
  await(1);
  ASSERT_FALSE(outcome(1));
  EXPECT_EQ(errorOf(1).context, "connect to example.org:" + std::to_string(port) + " (tried 3 addresses)");
}

TEST_F(ConnectsTest, OnlyAllowedAddressesAreDialled) {
  LiveListener allowed("127.0.0.1");
  LiveListener denied("127.0.0.2", allowed.port());
  ASSERT_TRUE(denied);
  denied.makeNonBlocking();
  config::Proxy proxy;
  proxy.allow_destinations = {{*IpNetwork::parse("127.0.0.1"), {}}};
  rules = std::make_shared<const access::DestinationRules>(proxy);
  names.addresses("example.org", {ip("127.0.0.2"), ip("127.0.0.1")});
  ASSERT_TRUE(submit(1, "example.org", allowed.port()));
  await(1);
  ASSERT_TRUE(outcome(1));
  EXPECT_EQ(outcome(1)->peer, allowed.endpoint());
  EXPECT_FALSE(denied.hasVisitor());
}

TEST_F(ConnectsTest, ANameThatLeadsToDeniedAddressesOnlyIsProhibited) {
  LiveListener origin("127.0.0.1");
  origin.makeNonBlocking();
  rules = std::make_shared<const access::DestinationRules>(config::Proxy{});
  names.addresses("rebind.example", {ip("127.0.0.1"), ip("10.0.0.1")}, {ip("::ffff:127.0.0.1")});
  ASSERT_TRUE(submit(1, "rebind.example", origin.port()));
  ASSERT_TRUE(submit(2, "127.0.0.1", origin.port()));
  await(2);
  EXPECT_EQ(errorOf(1).reason, Reason::destination_ip_prohibited);
  EXPECT_EQ(errorOf(2).reason, Reason::destination_ip_prohibited);
  EXPECT_EQ(outcomes.at(2).connect, Duration(-1));
  EXPECT_FALSE(origin.hasVisitor());
}

TEST_F(ConnectsTest, AMappedAddressIsTheIpv4AddressInIt) {
  LiveListener origin("127.0.0.1");
  ASSERT_TRUE(submit(1, "::ffff:127.0.0.1", origin.port()));
  await(1);
  ASSERT_TRUE(outcome(1)) << describe(errorOf(1));
  EXPECT_EQ(outcome(1)->peer, origin.endpoint());
}

TEST_F(ConnectsTest, WhatIsNoNameIsRefusedWithoutAQuestion) {
  for (const char* host :
       {"127.1", "0x7f.1", "2130706433", "1.2.3.4.", "1.2.3.256", "a..b", "", "exa mple.org", "a/b"}) {
    const auto result = submit(1, host, 80);
    ASSERT_FALSE(result) << host;
    EXPECT_EQ(result.error().reason, Reason::dns_error) << host;
  }
  EXPECT_EQ(names.askedInAll(), 0);
}

TEST_F(ConnectsTest, AnUnknownNameIsADnsError) {
  ASSERT_TRUE(submit(1, "unknown.example", 80));
  await(1);
  EXPECT_EQ(errorOf(1).reason, Reason::dns_error);
  EXPECT_NE(errorOf(1).context.find("unknown.example"), std::string::npos);
  EXPECT_EQ(outcomes.at(1).connect, Duration(-1));
}

TEST_F(ConnectsTest, TheDeadlineInALookupIsADnsTimeout) {
  names.silence("silent.example");
  ASSERT_TRUE(submit(1, "silent.example", 80, 30ms));
  await(1);
  EXPECT_EQ(errorOf(1).reason, Reason::dns_timeout);
}

TEST_F(ConnectsTest, TheDeadlineInAConnectIsAConnectionTimeout) {
  DeadListener dead("127.0.0.1");
  ASSERT_TRUE(submit(1, "127.0.0.1", dead.port(), 30ms));
  await(1);
  EXPECT_EQ(errorOf(1).reason, Reason::connection_timeout);
}

TEST_F(ConnectsTest, ADeadAddressIsOvertakenByALiveOne) {
  LiveListener live("127.0.0.1");
  DeadListener dead("127.0.0.2", live.port());
  ASSERT_TRUE(dead);
  names.addresses("example.org", {ip("127.0.0.2"), ip("127.0.0.1")});
  ASSERT_TRUE(submit(1, "example.org", live.port()));
  await(1);
  ASSERT_TRUE(outcome(1)) << describe(errorOf(1));
  EXPECT_EQ(outcome(1)->peer, live.endpoint());
}

TEST_F(ConnectsTest, ManyDeadDestinationsDoNotDelayALiveOne) {
  limits.connect_workers = 1;
  DeadListener dead("127.0.0.1");
  LiveListener live("127.0.0.1");
  names.silence("silent.example");
  for (JobId id = 1; id <= 300; ++id) ASSERT_TRUE(submit(id, id % 2 ? "127.0.0.1" : "silent.example", dead.port(), 1h));
  ASSERT_TRUE(submit(1000, "127.0.0.1", live.port()));
  await(1);  // the only one that can be answered before the test times out
  EXPECT_TRUE(outcome(1000));
}

TEST_F(ConnectsTest, AFullDestinationRefusesOnlyItself) {
  limits.max_pending_per_destination = 2;
  DeadListener dead("127.0.0.1");
  LiveListener live("127.0.0.1");
  ASSERT_TRUE(submit(1, "127.0.0.1", dead.port(), 1h));
  ASSERT_TRUE(submit(2, "127.0.0.1", dead.port(), 1h));
  const auto third = submit(3, "127.0.0.1", dead.port(), 1h);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().reason, Reason::connection_limit_reached);
  ASSERT_TRUE(submit(4, "127.0.0.1", live.port()));
  await(1);
  EXPECT_TRUE(outcome(4));
}

TEST_F(ConnectsTest, AFullClientRefusesOnlyItself) {
  limits.max_pending_per_client = 1;
  DeadListener dead("127.0.0.1");
  ASSERT_TRUE(submit(1, "127.0.0.1", dead.port(), 1h, "192.0.2.1"));
  EXPECT_EQ(submit(2, "127.0.0.2", dead.port(), 1h, "192.0.2.1").error().reason, Reason::connection_limit_reached);
  EXPECT_TRUE(submit(3, "127.0.0.1", dead.port(), 1h, "192.0.2.2"));
}

TEST_F(ConnectsTest, AFullWorkerRefuses) {
  limits.connect_workers = 1;
  limits.max_pending_connects = 1;
  DeadListener dead("127.0.0.1");
  ASSERT_TRUE(submit(1, "127.0.0.1", dead.port(), 1h));
  EXPECT_EQ(submit(2, "127.0.0.2", 80, 1h, "192.0.2.2").error().reason, Reason::connection_limit_reached);
}

TEST_F(ConnectsTest, AnAnsweredJobMakesRoomForTheNext) {
  limits.max_pending_per_destination = limits.max_pending_per_client = 1;
  LiveListener live("127.0.0.1");
  for (JobId id = 1; id <= 5; ++id) {
    ASSERT_TRUE(submit(id, "127.0.0.1", live.port()));
    await(id);
    ASSERT_TRUE(outcome(id));
  }
}

TEST_F(ConnectsTest, ACancelledJobIsNotAnsweredAndMakesRoom) {
  limits.max_pending_per_client = 2;
  DeadListener dead("127.0.0.1");
  LiveListener live("127.0.0.1");
  names.silence("silent.example");
  ASSERT_TRUE(submit(1, "127.0.0.1", dead.port(), 1h));
  ASSERT_TRUE(submit(2, "silent.example", 80, 1h));
  connects->cancel(1, "127.0.0.1");
  connects->cancel(2, "silent.example");
  while (!submit(3, "127.0.0.1", live.port())) std::this_thread::yield();  // until the workers have read their mail
  await(1);
  EXPECT_TRUE(outcomes.contains(3));
  EXPECT_EQ(outcomes.size(), 1u);
}

TEST_F(ConnectsTest, CancellingOneWaiterLeavesTheSharedQuestionToTheOthers) {
  LiveListener live("127.0.0.1");
  names.addresses("example.org", {ip("127.0.0.1")});
  names.hold(true);
  ASSERT_TRUE(submit(1, "example.org", live.port()));
  ASSERT_TRUE(submit(2, "EXAMPLE.org", live.port()));
  names.awaitAsked("example.org", Type::a, 1);
  names.awaitAsked("example.org", Type::aaaa, 1);
  connects->cancel(1, "example.org");
  ASSERT_TRUE(submit(3, "example.org", live.port()));
  names.hold(false);
  await(2);
  EXPECT_TRUE(outcomes.contains(2));
  EXPECT_TRUE(outcomes.contains(3));
  EXPECT_EQ(names.asked("example.org", Type::a), 1);
  EXPECT_EQ(names.asked("example.org", Type::aaaa), 1);
}

TEST_F(ConnectsTest, AConnectionToOurselvesIsALoop) {
  LiveListener proxy("0.0.0.0");
  ownPorts = {proxy.port()};
  names.addresses("proxy.example", {ip("127.0.0.2")});
  ASSERT_TRUE(submit(1, "127.0.0.1", proxy.port()));
  ASSERT_TRUE(submit(2, "proxy.example", proxy.port()));  // the near end is 127.0.0.1
  ASSERT_TRUE(submit(3, "localhost", proxy.port()));
  await(3);
  for (const JobId id : {1u, 2u, 3u}) {
    ASSERT_FALSE(outcome(id)) << id;
    EXPECT_EQ(errorOf(id).reason, Reason::proxy_loop_detected) << id;
  }
}

TEST_F(ConnectsTest, ItEndsWithJobsOfEveryKindInFlight) {
  DeadListener dead("127.0.0.1");
  LiveListener live("127.0.0.1");
  names.silence("silent.example");
  names.addresses("dead.example", {ip("127.0.0.1")});
  for (JobId id = 0; id < 60; id += 4) {
    ASSERT_TRUE(submit(id, "127.0.0.1", dead.port(), 1h));
    ASSERT_TRUE(submit(id + 1, "silent.example", 80, 1h));
    ASSERT_TRUE(submit(id + 2, "dead.example", dead.port(), 1h));
    ASSERT_TRUE(submit(id + 3, "127.0.0.1", live.port(), 1h));
  }
  pool.reset();
  SUCCEED();
}

TEST_F(ConnectsTest, WhatFailsAtOnceIsAnsweredLater) {
  rules = std::make_shared<const access::DestinationRules>(config::Proxy{});
  ASSERT_TRUE(submit(1, "127.0.0.1", 80));
  EXPECT_TRUE(outcomes.empty());
  await(1);
  EXPECT_EQ(errorOf(1).reason, Reason::destination_ip_prohibited);
}

TEST_F(ConnectsTest, AnAddressIsDialledWithoutAWorker) {
  limits.connect_workers = 1;
  limits.max_pending_connects = 1;
  LiveListener live("127.0.0.1");
  names.silence("silent.example");
  ASSERT_TRUE(submit(1, "silent.example", 80, 1h));  // the worker is full
  ASSERT_TRUE(submit(2, "127.0.0.1", live.port()));
  await(1);
  EXPECT_TRUE(outcome(2));
  EXPECT_EQ(pool->figures().at(0).pending, 1u);
}

TEST_F(ConnectsTest, WhatTheOriginSaysAtOnceIsNotLost) {
  struct Reader final : uv::StreamSink {
    void onReadable() override {
      std::array<char, 16> bytes;
      const auto got = stream.read(bytes);
      if (got.status == uv::Stream::Status::ok) heard.append(bytes.data(), got.size);
      if (got.status != uv::Stream::Status::blocked) loop->stop();
    }
    void onWritable() override {}
    uv::Loop* loop = nullptr;
    uv::Stream stream;
    std::string heard;
  };
  LiveListener origin("127.0.0.1");
  names.addresses("example.org", {ip("127.0.0.1")});
  for (const char* host : {"127.0.0.1", "example.org"}) {
    outcomes.clear();
    ASSERT_TRUE(submit(1, host, origin.port()));
    UniqueFd accepted = origin.accept();  // before the loop has gone round
    ASSERT_EQ(::send(accepted.get(), "220 ready", 9, 0), 9);
    await(1);
    Reader reader;
    reader.loop = &loop;
    reader.stream = outcomes.at(1).connection->take(loop, reader);
    reader.stream.resumeReading();
    loop.run();
    EXPECT_EQ(reader.heard, "220 ready") << host;
  }
}

TEST_F(ConnectsTest, ManyLoopsMayUseOnePoolAtOnce) {
  LiveListener live("127.0.0.1");
  names.addresses("example.org", {ip("127.0.0.1")});
  begin();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, &live] {
      constexpr std::size_t kJobs = 50;
      uv::Loop own;
      std::size_t connected = 0;
      Connects mine(own, *pool, nullptr, [&](Outcome&& outcome) {
        EXPECT_TRUE(outcome.connection) << outcome.id;
        if (++connected == kJobs) own.stop();
      });
      for (JobId id = 0; id < kJobs; ++id) {
        EXPECT_TRUE(mine.submit(job(id, id % 2 ? "example.org" : "127.0.0.1", live.port())));
        mine.cancel(kJobs + id, "example.org");  // unknown: no harm
      }
      own.run();
      EXPECT_EQ(connected, kJobs);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace megaphone::connect
