#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <random>
#include <thread>

#include "megaphone/observe/line.h"
#include "megaphone/record/fields.h"
#include "record_ring_inside.h"

namespace {
thread_local int allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;

ExchangeRecord full() {
  ExchangeRecord record;
  record.id = 1;
  record.kind = Kind::connect;
  record.began = WallTime(Duration(1'700'000'000'123'456'789));
  record.listener = "listener";
  record.client = *Endpoint::parse("[fe80::1%7]:2");
  record.method = "METHOD";
  record.target = "target";
  record.referer = "referer";
  record.user_agent = "user agent";
  record.http10 = true;
  record.status = 3;
  record.client_in = 4;
  record.client_out = 5;
  record.origin_in = 6;
  record.origin_out = 7;
  record.datagrams_in = 8;
  record.datagrams_out = 9;
  record.origin = *Endpoint::parse("127.0.0.1:10");
  record.origin_reused = true;
  record.client_request = 11;
  record.head = Duration(12);
  record.resolve = Duration(13);
  record.connect = Duration(14);
  record.upload = Duration(17);
  record.first_byte = Duration(15);
  record.total = Duration(16);
  record.reason = Reason::client_reset;
  record.ended_by = Side::client;
  record.ended_in = record::Phase::upload;
  record.detail = "detail";
  return record;
}

void expectEqual(const ExchangeRecord& a, const ExchangeRecord& b) {
  record::forEachField([&](auto row) { EXPECT_TRUE(row.field.in(a) == row.field.in(b)) << row.field.name.bare(); });
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.began, b.began);
  EXPECT_EQ(a.listener, b.listener);
  EXPECT_EQ(a.client, b.client);
  EXPECT_EQ(a.method, b.method);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.referer, b.referer);
  EXPECT_EQ(a.user_agent, b.user_agent);
  EXPECT_EQ(a.http10, b.http10);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.client_in, b.client_in);
  EXPECT_EQ(a.client_out, b.client_out);
  EXPECT_EQ(a.origin_in, b.origin_in);
  EXPECT_EQ(a.origin_out, b.origin_out);
  EXPECT_EQ(a.datagrams_in, b.datagrams_in);
  EXPECT_EQ(a.datagrams_out, b.datagrams_out);
  EXPECT_EQ(a.origin, b.origin);
  EXPECT_EQ(a.origin_reused, b.origin_reused);
  EXPECT_EQ(a.client_request, b.client_request);
  EXPECT_EQ(a.head, b.head);
  EXPECT_EQ(a.resolve, b.resolve);
  EXPECT_EQ(a.connect, b.connect);
  EXPECT_EQ(a.upload, b.upload);
  EXPECT_EQ(a.first_byte, b.first_byte);
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.ended_by, b.ended_by);
  EXPECT_EQ(a.ended_in, b.ended_in);
  EXPECT_EQ(a.detail, b.detail);
}

TEST(RecordRing, ARecordComesOutAsItWentIn) {
  RecordRing ring(0);
  ExchangeRecord out;
  EXPECT_FALSE(ring.inside().pop(out));
  ring.push(full());
  ring.push(ExchangeRecord{});
  ASSERT_TRUE(ring.inside().pop(out));
  expectEqual(out, full());
  ASSERT_TRUE(ring.inside().pop(out));
  expectEqual(out, ExchangeRecord{});
  EXPECT_FALSE(ring.inside().pop(out));
}

TEST(RecordRing, ItsCapacityIsAPowerOfTwoThatHoldsTheLargestRecord) {
  EXPECT_EQ(RecordRing(0).inside().capacity, RecordRing::Inside::kMinBytes);
  EXPECT_EQ(RecordRing(100'000).inside().capacity, 131'072u);
  RecordRing ring(0);
  ExchangeRecord record = full();
  for (std::string* text :
       {&record.listener, &record.method, &record.target, &record.referer, &record.user_agent, &record.detail})
    text->assign(100'000, 'x');
  ring.push(record);
  EXPECT_EQ(ring.dropped(), 0u);
}

TEST(RecordRing, OverlongTextsAreCutAndMarked) {
  constexpr std::size_t kMostListener = 64, kMostMethod = 64, kMostTarget = 8 * 1024, kMostDetail = 1024;
  RecordRing ring(0);
  ExchangeRecord record;
  record.target = std::string(kMostTarget, 'a');
  record.method = std::string(kMostMethod + 1, 'b');
  record.listener = std::string(1000, 'c');
  record.detail = std::string(100'000, 'd');
  ring.push(record);
  ExchangeRecord out;
  ASSERT_TRUE(ring.inside().pop(out));
  EXPECT_EQ(out.target, record.target);  // just fits
  EXPECT_EQ(out.method, std::string(kMostMethod - 3, 'b') + "...");
  EXPECT_EQ(out.listener, std::string(kMostListener - 3, 'c') + "...");
  EXPECT_EQ(out.detail, std::string(kMostDetail - 3, 'd') + "...");
}

TEST(RecordRing, AFullRingDropsAndCountsAndGoesOnWhenThereIsRoom) {
  RecordRing ring(0);
  ExchangeRecord record = full();
  std::uint64_t pushed = 0;
  for (; ring.dropped() == 0; ++pushed) ring.push(record);
  const std::uint64_t held = pushed - 1;
  EXPECT_GT(held, 10u);
  ring.push(record);
  EXPECT_EQ(ring.dropped(), 2u);

  ExchangeRecord out;
  ASSERT_TRUE(ring.inside().pop(out));
  ring.push(record);
  EXPECT_EQ(ring.dropped(), 2u);
  ring.push(record);
  EXPECT_EQ(ring.dropped(), 3u);
  for (std::uint64_t i = 0; i < held; ++i) {
    ASSERT_TRUE(ring.inside().pop(out));
    expectEqual(out, record);
  }
  EXPECT_FALSE(ring.inside().pop(out));
}

TEST(RecordRing, RecordsSurviveTheEndOfTheBufferAtEveryPlace) {
  RecordRing ring(0);
  std::mt19937 random(1);
  ExchangeRecord out;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    ExchangeRecord record = full();
    record.id = i;
    record.target.assign(random() % 300, static_cast<char>('a' + random() % 26));
    record.detail.assign(random() % 20, static_cast<char>('a' + random() % 26));
    ring.push(record);
    ASSERT_TRUE(ring.inside().pop(out));
    ASSERT_EQ(out.id, i);
    ASSERT_EQ(out.target, record.target);
    ASSERT_EQ(out.detail, record.detail);
  }
}

TEST(RecordRing, PushingAllocatesNothing) {
  RecordRing ring(1 << 20);
  ExchangeRecord record = full();
  record.target.assign(20'000, 'x');
  const int before = allocations;
  for (int i = 0; i < 1000; ++i) ring.push(record);
  EXPECT_EQ(allocations, before);
  EXPECT_GT(ring.dropped(), 0u);
}

TEST(RecordRing, TwoThreadsPassEveryRecordInOrder) {
  constexpr std::uint64_t kRecords = 50'000;
  RecordRing ring(0);
  std::thread pusher([&ring] {
    ExchangeRecord record = full();
    for (std::uint64_t i = 0; i < kRecords;) {
      record.id = i;
      record.target.assign(i % 100, 'x');
      const std::uint64_t dropped = ring.dropped();
      ring.push(record);
      if (ring.dropped() == dropped)
        ++i;
      else
        std::this_thread::yield();
    }
  });
  ExchangeRecord out;
  for (std::uint64_t i = 0; i < kRecords;) {
    if (!ring.inside().pop(out)) {
      std::this_thread::yield();
      continue;
    }
    EXPECT_EQ(out.id, i);
    EXPECT_EQ(out.target.size(), i % 100);
    ++i;
  }
  pusher.join();
}

}  // namespace
}  // namespace megaphone::observe
