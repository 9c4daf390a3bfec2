#include "megaphone/observe/recent_failures.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace megaphone::observe {
namespace {

record::Client client(unsigned number) {
  const auto address = IpAddress::v4({10, static_cast<std::uint8_t>(number >> 16),
                                      static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
  return record::Client::at({address, 4711});
}

record::Failure failure(std::uint64_t id, std::size_t size = 10) {
  record::Failure out;
  out.id = id;
  out.target = std::to_string(id) + std::string(size, 'x');
  return out;
}

std::string ids(const RecentFailures& failures, unsigned of, std::size_t most = 64) {
  std::string out;
  for (const record::Failure& each : failures.of(client(of), most)) out += std::to_string(each.id) + " ";
  return out;
}

TEST(RecentFailures, AreThoseOfTheClientAloneNewestFirst) {
  RecentFailures failures;
  failures.note(client(1), failure(1), 16);
  failures.note(client(2), failure(2), 16);
  failures.note(client(1), failure(3), 16);
  EXPECT_EQ(ids(failures, 1), "3 1 ");
  EXPECT_EQ(ids(failures, 2), "2 ");
  EXPECT_EQ(ids(failures, 3), "");
}

TEST(RecentFailures, AreBoundForEachClient) {
  RecentFailures failures;
  for (std::uint64_t id = 1; id <= 100; ++id) failures.note(client(1), failure(id), 3);
  EXPECT_EQ(ids(failures, 1), "100 99 98 ");
  EXPECT_EQ(ids(failures, 1, 1), "100 ");
  EXPECT_EQ(ids(failures, 1, 0), "");
}

TEST(RecentFailures, ThatNobodyWaitsForGoFirst) {
  RecentFailures failures;
  failures.note(client(1), failure(1), 3);
  for (std::uint64_t id = 2; id <= 20; ++id) {
    record::Failure own = failure(id);
    own.by_itself = true;
    failures.note(client(1), own, 3);
  }
  EXPECT_EQ(ids(failures, 1), "20 19 1 ");
  for (std::uint64_t id = 21; id <= 23; ++id) failures.note(client(1), failure(id), 3);
  EXPECT_EQ(ids(failures, 1), "23 22 21 ");
}

TEST(RecentFailures, ThatRepeatThemselvesAreOneAndTheNewest) {
  RecentFailures failures;
  for (const unsigned id : {1U, 2U, 3U}) failures.note(client(1), failure(id), 3);
  for (unsigned id = 11; id <= 20; ++id) {
    record::Failure again = failure(1);
    again.id = id;
    failures.note(client(1), again, 3);
  }
  EXPECT_EQ(ids(failures, 1), "20 3 2 ");
  EXPECT_EQ(failures.of(client(1), 1).front().times, 11U);
  record::Failure other = failure(1);
  other.reason = Reason::dns_error;
  failures.note(client(1), other, 3);
  EXPECT_EQ(ids(failures, 1), "1 20 3 ");
}

TEST(RecentFailures, OfNobodyAreKeptWhereNoneAreWanted) {
  RecentFailures failures;
  failures.note(client(1), failure(1), 16);
  failures.note(client(1), failure(2), 0);
  EXPECT_EQ(ids(failures, 1), "");
}

TEST(RecentFailures, OfThoseWhoFailedLongestAgoGoFirst) {
  RecentFailures failures({.addresses = 3});
  for (const unsigned of : {1U, 2U, 3U, 1U, 4U}) failures.note(client(of), failure(of), 16);
  EXPECT_EQ(ids(failures, 1), "1 ");
  EXPECT_EQ(ids(failures, 2), "");
  EXPECT_EQ(ids(failures, 3) + ids(failures, 4), "3 4 ");
}

TEST(RecentFailures, AreBoundInMemory) {
  const std::size_t one = failure(101, 997).size();
  RecentFailures failures({.addresses = 1'000, .bytes = 10 * one});
  for (unsigned of = 1; of <= 100; ++of) {
    failures.note(client(of), failure(100 + of, 997), 16);
    failures.note(client(of), failure(200 + of, 997), 16);
  }
  EXPECT_EQ(ids(failures, 95), "");
  for (unsigned of = 96; of <= 100; ++of) EXPECT_NE(ids(failures, of), "") << of;
}

TEST(RecentFailures, MayBeNotedOnEveryThread) {
  RecentFailures failures({.addresses = 8});
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&failures, thread] {
      for (unsigned i = 0; i < 1'000; ++i) {
        failures.note(client(i % 16), failure(i), 4);
        EXPECT_LE(failures.of(client(thread), 64).size(), 4U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t kept = 0;
  for (unsigned of = 0; of < 16; ++of) kept += failures.of(client(of), 64).empty() ? 0U : 1U;
  EXPECT_EQ(kept, 8U);
}

}  // namespace
}  // namespace megaphone::observe
