#include "megaphone/observe/access_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "megaphone/base/unique_fd.h"
#include "scratch_directory.h"
#include "told.h"

namespace megaphone::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

record::ExchangeRecord recordOf(std::uint64_t id) {
  record::ExchangeRecord record;
  record.id = id;
  record.began = wallNow();
  record.listener = "l";
  record.method = "GET";
  record.target = "http://h/?secret";
  return record;
}

auto hasId(record::ExchangeId id) { return HasSubstr("\"id\":\"" + record::idText(id) + "\","); }

class AccessLogTest : public testing::Test {
 protected:
  std::unique_ptr<AccessLog> open(const config::Settings& settings, unsigned rings = 1) {
    auto log = AccessLog::open(settings, rings, told_);
    EXPECT_TRUE(log.ok());
    return std::move(*log);
  }
  std::unique_ptr<AccessLog> openAt(const std::string& path, unsigned rings = 1, std::uint64_t ring = 256 * 1024) {
    config::Settings settings;
    settings.access_log.path = path;
    settings.access_log.ring = ring;
    return open(settings, rings);
  }
  void waitForLines(const std::string& name, std::size_t count) const {
    const auto patience = monoNow() + std::chrono::seconds(60);
    while (directory_.lines(name).size() < count) {
      if (monoNow() > patience) FAIL() << name << " has not " << count << " lines";
      std::this_thread::yield();
    }
  }

  ScratchDirectory directory_;
  Told told_;
};

TEST_F(AccessLogTest, TheDestructorWritesAllThatIsInTheRings) {
  auto log = openAt(directory_.path("log"), 3);
  EXPECT_TRUE(log->start().ok());
  for (std::uint64_t i = 0; i < 300; ++i) log->ring(static_cast<unsigned>(i % 3)).push(recordOf(i));
  log.reset();
  EXPECT_THAT(directory_.lines("log"), SizeIs(300));
}

TEST_F(AccessLogTest, LinesOfAllRingsAreInTheOrderOfTheirEnds) {
  constexpr unsigned kRings = 4;
  constexpr std::uint64_t kRecords = 8'000;
  auto log = openAt(directory_.path("log"), kRings, std::size_t{1} << 20);
  ASSERT_TRUE(log->start().ok());
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    record::ExchangeRecord record = recordOf(i);
    record.total = std::chrono::milliseconds(i % 7);  // what began later may end before
    record.began = wallNow() - record.total;
    log->ring(static_cast<unsigned>(i * i % 7 % kRings)).push(record);
    if (i % 100 == 0) std::this_thread::yield();
  }
  log.reset();
  const auto lines = directory_.lines("log");
  const auto ended = [](const std::string& line) {
    const std::size_t total = line.find("\"ms_total\":") + 11;
    const std::string clock = line.substr(line.find('T') + 1, 15);  // hh:mm:ss.uuuuuu
    const long seconds =
        std::stol(clock.substr(0, 2)) * 3600 + std::stol(clock.substr(3, 2)) * 60 + std::stol(clock.substr(6, 2));
    return seconds * 1'000'000 + std::stol(clock.substr(9)) + std::stol(line.substr(total)) * 1'000;
  };
  EXPECT_THAT(lines, SizeIs(kRecords));
  EXPECT_TRUE(
      std::is_sorted(lines.begin(), lines.end(), [&](const auto& a, const auto& b) { return ended(a) < ended(b); }));
}

TEST_F(AccessLogTest, AClockThatIsSetBackHoldsUpNoLine) {
  auto log = openAt(directory_.path("log"), 2);
  ASSERT_TRUE(log->start().ok());
  record::ExchangeRecord record = recordOf(1);
  record.began += std::chrono::hours(1);
  log->ring(0).push(record);
  log->ring(1).push(recordOf(2));
  waitForLines("log", 2);
}

TEST_F(AccessLogTest, TheDestructorWritesAlsoWhatCameBeforeAStartThatNeverWas) {
  auto log = openAt(directory_.path("log"));
  log->ring(0).push(recordOf(1));
  log.reset();
  EXPECT_THAT(directory_.lines("log"), ElementsAre(hasId(1)));
}

TEST_F(AccessLogTest, WithoutATargetRecordsVanish) {
  auto log = openAt("none", 2);
  EXPECT_TRUE(log->start().ok());
  log->reopen();
  for (std::uint64_t i = 0; i < 10'000; ++i) log->ring(1).push(recordOf(i));
  EXPECT_EQ(log->ring(1).dropped(), 0u);
}

TEST_F(AccessLogTest, ATargetThatCannotBeOpenedIsAnError) {
  config::Settings settings;
  settings.access_log.path = directory_.path("missing/log");
  EXPECT_FALSE(AccessLog::open(settings, 1, told_).ok());
}

TEST_F(AccessLogTest, QueryStringsAreWrittenOnlyWhenAskedFor) {
  for (const bool wanted : {false, true}) {
    config::Settings settings;
    settings.access_log.path = directory_.path(wanted ? "with" : "without");
    settings.access_log.query_strings = wanted;
    auto log = open(settings);
    log->ring(0).push(recordOf(1));
  }
  EXPECT_THAT(directory_.content("with"), HasSubstr("?secret"));
  EXPECT_THAT(directory_.content("without"), HasSubstr("?-\""));
}

TEST_F(AccessLogTest, StdoutIsATarget) {
  const UniqueFd old(dup(STDOUT_FILENO));
  const UniqueFd file(::open(directory_.path("stdout").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  dup2(file.get(), STDOUT_FILENO);
  auto log = openAt("stdout");
  log->ring(0).push(recordOf(1));
  log->reopen();
  log.reset();
  dup2(old.get(), STDOUT_FILENO);
  EXPECT_THAT(directory_.lines("stdout"), ElementsAre(hasId(1)));
}

TEST_F(AccessLogTest, AWriterAtRestWritesEveryLineWithoutBeingStopped) {
  ASSERT_EQ(mkfifo(directory_.path("pipe").c_str(), 0600), 0);
  // Both ends, so that neither open waits and reading does.
  const UniqueFd reader(::open(directory_.path("pipe").c_str(), O_RDWR | O_CLOEXEC));
  auto log = openAt(directory_.path("pipe"));
  EXPECT_TRUE(log->start().ok());
  for (std::uint64_t i = 1; i <= 3; ++i) {
    log->ring(0).push(recordOf(i));
    std::array<char, 4096> line{};
    const ssize_t n = read(reader.get(), line.data(), line.size());
    ASSERT_GT(n, 0);
    EXPECT_THAT(std::string(line.data(), static_cast<std::size_t>(n)), hasId(i));
  }
}

TEST_F(AccessLogTest, AfterARotationReopenGoesOnUnderThePath) {
  auto log = openAt(directory_.path("log"));
  EXPECT_TRUE(log->start().ok());
  log->ring(0).push(recordOf(1));
  waitForLines("log", 1);
  directory_.rename("log", "log.1");
  log->reopen();
  log->ring(0).push(recordOf(2));
  log.reset();
  EXPECT_THAT(directory_.lines("log.1"), ElementsAre(hasId(1)));
  EXPECT_THAT(directory_.lines("log"), ElementsAre(hasId(2)));
}

TEST_F(AccessLogTest, AFullDiskIsToldOnce) {
  auto log = openAt("/dev/full", 2);
  EXPECT_TRUE(log->start().ok());
  for (std::uint64_t i = 0; i < 1000; ++i) log->ring(i % 2).push(recordOf(i));
  log.reset();
  EXPECT_THAT(told_.all(), ElementsAre("trouble: write /dev/full: No space left on device", "full lost 1000"));
}

TEST_F(AccessLogTest, WhatAReaderWhoHasStoppedReadingMissesIsTold) {
  ASSERT_EQ(mkfifo(directory_.path("pipe").c_str(), 0600), 0);
  const UniqueFd reader(::open(directory_.path("pipe").c_str(), O_RDWR | O_CLOEXEC));
  auto log = openAt(directory_.path("pipe"));
  for (std::uint64_t i = 0; i < 1000; ++i) log->ring(0).push(recordOf(i));
  log.reset();
  EXPECT_THAT(told_.all(), ElementsAre(HasSubstr("trouble: write "), MatchesRegex("pipe lost [0-9]+")));
}

TEST_F(AccessLogTest, WhatFindsNoRoomIsToldWithoutWaitingForMore) {
  auto log = openAt(directory_.path("log"), 1, 0);
  for (std::uint64_t i = 0; i < 1000; ++i) log->ring(0).push(recordOf(i));
  EXPECT_TRUE(log->start().ok());
  const std::string whole = "dropped " + std::to_string(log->ring(0).dropped());
  for (const MonoTime patience = monoNow() + std::chrono::seconds(60); told_.all().empty() && monoNow() < patience;)
    std::this_thread::yield();
  EXPECT_THAT(told_.all(), ElementsAre(whole));
}

TEST_F(AccessLogTest, EveryRecordIsWrittenOnceOrCountedAsDroppedWhileFilesAreRotated) {
  constexpr unsigned kRings = 3;
  constexpr std::uint64_t kRecords = 10'000;
  auto log = openAt(directory_.path("log"), kRings, 0);
  EXPECT_TRUE(log->start().ok());
  std::vector<std::thread> loops;
  for (unsigned ring = 0; ring < kRings; ++ring) {
    loops.emplace_back([&log, ring] {
      for (std::uint64_t i = 0; i < kRecords; ++i) log->ring(ring).push(recordOf(i * kRings + ring));
    });
  }
  for (int i = 0; i < 10; ++i) {
    directory_.rename("log", "log." + std::to_string(i));
    log->reopen();
    while (!std::filesystem::exists(directory_.path("log"))) std::this_thread::yield();
  }
  for (auto& loop : loops) loop.join();
  std::uint64_t dropped = 0;
  for (unsigned ring = 0; ring < kRings; ++ring) dropped += log->ring(ring).dropped();
  log.reset();

  std::size_t written = directory_.lines("log").size();
  for (int i = 0; i < 10; ++i) written += directory_.lines("log." + std::to_string(i)).size();
  EXPECT_EQ(written + dropped, kRings * kRecords);
  std::uint64_t told = 0;
  for (const std::string& each : told_.all()) {
    ASSERT_TRUE(each.starts_with("dropped ")) << each;
    told += std::stoull(each.substr(8));
  }
  EXPECT_EQ(told, dropped);
}

// --- listeners with a log of their own ---

template <class Listener>
Listener named(const std::string& name, const std::string& path, config::LogFormat format) {
  Listener listener;
  listener.name = name;
  listener.access_log = path;
  listener.access_log_format = format;
  return listener;
}

record::ExchangeRecord recordFrom(const std::string& listener, std::uint64_t id) {
  record::ExchangeRecord record = recordOf(id);
  record.listener = listener;
  return record;
}

TEST_F(AccessLogTest, EveryListenersLinesGoWhereItSaysAndLookAsItSays) {
  config::Settings settings;
  settings.access_log.path = directory_.path("all");
  settings.access_log.format = config::LogFormat::logfmt;
  settings.proxies.push_back(named<config::Proxy>("web", directory_.path("web"), config::LogFormat::squid));
  settings.proxies.push_back(named<config::Proxy>("same", directory_.path("web"), config::LogFormat::inherit));
  settings.uppercase_tcp.push_back(named<config::UppercaseTcp>("tcp", "none", config::LogFormat::inherit));
  settings.uppercase_udp.push_back(named<config::UppercaseUdp>("udp", "", config::LogFormat::json));
  auto log = open(settings);
  for (const char* listener : {"web", "same", "tcp", "udp", "gone"}) log->ring(0).push(recordFrom(listener, 1));
  log.reset();
  EXPECT_THAT(directory_.lines("web"),
              ElementsAre(HasSubstr(" HIER_NONE/- - [end=complete id=0000-0-1]"), HasSubstr("listener=same ")));
  EXPECT_THAT(directory_.lines("all"), ElementsAre(HasSubstr("\"listener\":\"udp\""), HasSubstr("listener=gone ")));
}

TEST_F(AccessLogTest, OtherSettingsMoveAndReshapeWhatComesFromThenOn) {
  config::Settings settings;
  settings.access_log.path = directory_.path("before");
  auto log = open(settings);
  EXPECT_TRUE(log->start().ok());
  log->ring(0).push(recordOf(1));
  waitForLines("before", 1);

  settings.access_log.format = config::LogFormat::logfmt;
  settings.proxies.push_back(named<config::Proxy>("web", directory_.path("web"), config::LogFormat::json));
  auto plan = log->plan(settings);
  ASSERT_TRUE(plan.ok());
  log->take(std::move(*plan));
  settings.access_log.path = "none";  // and once more, before the writer may have seen the first
  plan = log->plan(settings);
  ASSERT_TRUE(plan.ok());
  log->take(std::move(*plan));
  log->ring(0).push(recordOf(2));
  log->ring(0).push(recordFrom("web", 3));
  waitForLines("web", 1);
  log.reset();
  EXPECT_THAT(directory_.lines("before"), ElementsAre(hasId(1)));
  EXPECT_THAT(directory_.lines("web"), ElementsAre(hasId(3)));
}

TEST_F(AccessLogTest, AFileThatStaysIsNotOpenedAgainByOtherSettings) {
  config::Settings settings;
  settings.access_log.path = directory_.path("log");
  auto log = open(settings);
  EXPECT_TRUE(log->start().ok());
  std::filesystem::remove(directory_.path("log"));
  auto plan = log->plan(settings);
  ASSERT_TRUE(plan.ok());
  EXPECT_FALSE(std::filesystem::exists(directory_.path("log")));
  log->take(std::move(*plan));
}

TEST_F(AccessLogTest, SettingsThatCannotBeChangeNothing) {
  config::Settings settings;
  settings.access_log.path = directory_.path("log");
  auto log = open(settings);
  EXPECT_TRUE(log->start().ok());
  settings.access_log.path = directory_.path("missing/log");
  EXPECT_FALSE(log->plan(settings).ok());
  log->ring(0).push(recordOf(1));
  log.reset();
  EXPECT_THAT(directory_.lines("log"), ElementsAre(hasId(1)));
}

TEST_F(AccessLogTest, RecordsThatFoundNoRoomAreTold) {
  auto log = openAt(directory_.path("log"), 1, 0);
  while (log->ring(0).dropped() < 3) log->ring(0).push(recordOf(1));  // nobody writes yet
  log.reset();
  EXPECT_THAT(told_.all(), ElementsAre("dropped 3"));
}

}  // namespace
}  // namespace megaphone::observe
