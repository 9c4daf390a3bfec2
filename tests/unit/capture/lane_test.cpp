#include "megaphone/capture/lane.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "lane_inside.h"

namespace megaphone::capture {
namespace {

iovec piece(const std::string& text) { return {const_cast<char*>(text.data()), text.size()}; }

TEST(CaptureLane, EventsComeOutAsTheyWentIn) {
  Lane lane(2);
  const LegId leg = lane.nextLeg();
  lane.push({.kind = EventKind::about, .leg = leg, .exchange = 7, .listener = "web", .host = "example.org"});
  const std::string head = "GET / ";
  const std::string rest = "HTTP/1.1\r\n";
  const std::array pieces{piece(head), piece(rest)};
  lane.push({.kind = EventKind::bytes, .direction = Direction::outbound, .leg = leg, .offset = 5}, pieces, 9);

  StoredEvent stored;
  ASSERT_TRUE(lane.inside().pop(stored));
  EXPECT_EQ(stored.event.kind, EventKind::about);
  EXPECT_EQ(stored.event.leg, leg);
  EXPECT_EQ(stored.event.exchange, 7u);
  EXPECT_EQ(stored.event.listener, "web");
  EXPECT_EQ(stored.event.host, "example.org");
  EXPECT_NE(stored.event.time, WallTime{});
  StoredEvent second;
  ASSERT_TRUE(lane.inside().pop(second));
  EXPECT_EQ(second.event.bytes, "GET / HTT");
  EXPECT_EQ(second.event.offset, 5u);
  EXPECT_EQ(second.event.direction, Direction::outbound);
  EXPECT_FALSE(lane.inside().pop(second));

  const StoredEvent moved = std::move(stored);
  EXPECT_EQ(moved.event.host, "example.org");
}

TEST(CaptureLane, ManyBytesAreSeveralEvents) {
  Lane lane(0);
  const std::string first(400'000, 'a');
  const std::string second(50'000, 'b');
  const std::array pieces{piece(first), piece(second)};
  lane.push({.kind = EventKind::bytes, .leg = 1}, pieces, 450'000);
  std::string all;
  for (StoredEvent stored; lane.inside().pop(stored);) {
    EXPECT_EQ(stored.event.offset, all.size());
    EXPECT_LE(stored.event.bytes.size(), 256u * 1024);
    all += stored.event.bytes;
  }
  EXPECT_EQ(all, first + second);
}

TEST(CaptureLane, AFullOneDropsBytesAndStillTakesTheEnd) {
  Lane lane(0);
  const std::string bytes(60'000, 'x');
  const std::uint64_t pushed = Lane::kBytes / bytes.size() + 1;  // more than there is room for
  for (std::uint64_t i = 0; i < pushed; ++i) lane.push({.kind = EventKind::bytes, .leg = 1, .bytes = bytes});
  lane.push({.kind = EventKind::end, .leg = 1});
  lane.push({.kind = EventKind::gone, .leg = 1});
  std::uint64_t popped = 0;
  StoredEvent stored;
  while (lane.inside().pop(stored) && stored.event.kind == EventKind::bytes) ++popped;
  EXPECT_LT(popped, pushed);
  EXPECT_EQ(stored.event.kind, EventKind::end);
  EXPECT_EQ(stored.event.lost, pushed - popped);
  ASSERT_TRUE(lane.inside().pop(stored));
  EXPECT_EQ(stored.event.lost, 0u) << "it is told once";
}

TEST(CaptureLane, WhoIsGoneIsSaidAsSoonAsThereIsRoom) {
  Lane lane(0);
  constexpr std::size_t kLegs = 1'000;
  constexpr std::size_t kText = 1'000;
  for (std::size_t i = 0; i < Lane::kBytes / kText; ++i)
    lane.push({.kind = EventKind::note, .leg = 1, .text = std::string(kText, 'x')});
  for (LegId leg = 1; leg <= kLegs; ++leg) lane.push({.kind = EventKind::gone, .leg = leg});
  std::set<LegId> gone;
  const auto readAll = [&] {
    for (StoredEvent stored; lane.inside().pop(stored);) {
      if (stored.event.kind == EventKind::gone) gone.insert(stored.event.leg);
    }
  };
  readAll();
  EXPECT_LT(gone.size(), kLegs);
  lane.push({.kind = EventKind::open, .leg = kLegs + 1});
  readAll();
  EXPECT_EQ(gone.size(), kLegs);
}

}  // namespace
}  // namespace megaphone::capture
