#include "megaphone/observe/counters.h"

#include <gtest/gtest.h>

#include <set>

#include "megaphone/observe/counter_book.h"

namespace megaphone::observe {
namespace {

TEST(Counters, StartAtZero) {
  const Counters counters;
  EXPECT_EQ(counters.ended(Reason::none).read(), 0u);
  for (const CounterRow& row : kCounterRows) EXPECT_EQ(counters[row.count].read(), 0u);
}

TEST(Counters, HaveNamesAndHelpOfTheirOwn) {
  std::set<std::string_view> names;
  for (const CounterRow& row : kCounterRows) {
    EXPECT_TRUE(names.insert(row.name.bare()).second) << row.name.bare();
    EXPECT_TRUE(row.help.ends_with('.')) << row.help;
  }
}

TEST(Counters, SumUpOverAllLoops) {
  ListenerCounters listener(2);
  Counters& one = listener.of(0);
  Counters& two = listener.of(1);
  one[Count::accepted].add();
  two[Count::accepted].add(2);
  one[Count::refused].add(3);
  two[Count::datagrams_dropped].add(4);
  one[Count::origin_bytes_out].add(1'000'000'000'000);
  one.ended(Reason::dns_error).add();
  two.ended(Reason::dns_error).add();
  two.ended(Reason::none).add();

  const Totals totals = listener.totals();
  EXPECT_EQ(totals[Count::accepted], 3u);
  EXPECT_EQ(totals[Count::refused], 3u);
  EXPECT_EQ(totals[Count::datagrams_dropped], 4u);
  EXPECT_EQ(totals[Count::origin_bytes_out], 1'000'000'000'000u);
  EXPECT_EQ(totals.ended(Reason::dns_error), 2u);
  EXPECT_EQ(totals.ended(Reason::none), 1u);
  EXPECT_EQ(totals[Count::requests], 0u);
}

TEST(CounterBook, SumsUpOverAllListeners) {
  CounterBook book(2);
  const auto one = book.open();
  const auto other = book.open();
  one->of(0)[Count::requests].add(1);
  one->of(1)[Count::requests].add(10);
  other->of(1)[Count::requests].add(100);
  EXPECT_EQ(one->totals()[Count::requests], 11u);
  EXPECT_EQ(book.of(0)[Count::requests], 1u);
  EXPECT_EQ(book.of(1)[Count::requests], 110u);
  EXPECT_EQ(book.totals()[Count::requests], 111u);
}

TEST(CounterBook, KeepsWhatListenersThatAreGoneHaveCounted) {
  CounterBook book(2);
  auto gone = book.open();
  gone->of(1)[Count::requests].add(7);
  gone->of(1).ended(Reason::dns_error).add(2);
  for (int i = 0; i < 3; ++i) {
    if (i == 1) gone.reset();
    book.open()->of(0)[Count::requests].add();  // gone at once, too
    EXPECT_EQ(book.totals()[Count::requests], 8u + static_cast<unsigned>(i));
    EXPECT_EQ(book.of(1)[Count::requests], 7u);
    EXPECT_EQ(book.of(1).ended(Reason::dns_error), 2u);
  }
}

TEST(CounterBook, GoesOnCountingForOneThatIsLeaving) {
  CounterBook book(1);
  const auto leaving = book.open();
  book.open();
  leaving->of(0)[Count::tunnels].add();
  EXPECT_EQ(book.totals()[Count::tunnels], 1u);
}

}  // namespace
}  // namespace megaphone::observe
