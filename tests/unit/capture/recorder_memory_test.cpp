// What a recorder remembers of connections, counted by what it costs.
#include "recording.h"

namespace megaphone::capture {
namespace {

class Memory : public Recording {
 protected:
  void open(LegId leg) {
    take({.kind = EventKind::open, .leg = leg, .local = at("10.0.0.1:3128"), .remote = at("10.0.0.9:5000")});
  }
  // So many events of one byte each. Gives how many were missed.
  std::uint64_t trickle(LegId leg, std::uint64_t count) {
    std::uint64_t missed = 0;
    for (std::uint64_t i = 0; i < count; ++i)
      missed += take({.kind = EventKind::bytes, .leg = leg, .offset = i, .bytes = "x"}).missing;
    return missed;
  }
};

TEST_F(Memory, NothingIsLeftOfWhatIsGone) {
  for (const bool headersOnly : {false, true}) {
    use({{"web", {}, "a"}, true, false, headersOnly});
    EXPECT_EQ(recorder->memory(), 0u);
    open(1);
    about(1, 7);
    trickle(1, 100);
    take({.kind = EventKind::note, .leg = 1, .text = "a note"});
    EXPECT_GT(recorder->memory(), 0u);
    happens(EventKind::gone, 1);
    EXPECT_EQ(recorder->memory(), 0u);
  }
}

TEST_F(Memory, WhatWaitsToBeWantedIsCountedByWhatItCosts) {
  use({{"web", {}, "a"}});
  open(1);
  about(1, 7);
  const std::size_t before = recorder->memory();
  const std::uint64_t missed = trickle(1, 10'000);
  EXPECT_LE(recorder->memory() - before, Recorder::kMostHeld);
  EXPECT_LE((10'000 - missed) * sizeof(StoredEvent), Recorder::kMostHeld) << "a byte is not all that it costs";
  about(1, 7, "a");
  EXPECT_EQ(packets().size(), 3 + 10'000 - missed);
}

TEST_F(Memory, AllConnectionsTogetherHaveABound) {
  for (const bool headersOnly : {false, true}) {
    use({{"web", {}, headersOnly ? "" : "a"}, true, false, headersOnly});
    const std::string head = "GET / HTTP/1.1\r\nX: " + std::string(60'000, 'x');
    for (LegId leg = 1; leg <= 5'000; ++leg) {
      open(leg);
      about(leg, 7);
      take({.kind = EventKind::bytes, .leg = leg, .bytes = head});
      ASSERT_LE(recorder->memory(), Recorder::kMostMemory);
      file.clear();
    }
    EXPECT_GT(recorder->memory(), Recorder::kMostMemory / 2);
    for (LegId leg = 1; leg <= 5'000; ++leg) happens(EventKind::gone, leg);
    EXPECT_EQ(recorder->memory(), 0u);
  }
}

TEST_F(Memory, AConnectionWithoutRoomIsMissedAndSaidSo) {
  std::uint64_t missed = 0;
  LegId leg = 0;
  while (missed == 0 && leg < 1'000'000) {
    missed = take({.kind = EventKind::open,
                   .leg = ++leg,
                   .local = at("10.0.0.1:3128"),
                   .remote = at("10.0.0.9:5000"),
                   .host = std::string(200, 'h')})
                 .missing;
  }
  EXPECT_EQ(missed, 1u);
  EXPECT_GT(leg, 10'000u);
  EXPECT_LE(recorder->memory(), Recorder::kMostMemory);
  happens(EventKind::gone, 1);
  open(leg);
  about(leg, 7);
  EXPECT_EQ(packets().size(), 3u) << "there is room again";
}

}  // namespace
}  // namespace megaphone::capture
