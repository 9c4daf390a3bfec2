#include "megaphone/observe/counters.h"

#include <gtest/gtest.h>

namespace megaphone::observe {
namespace {

TEST(Counters, StartAtZero) {
  const Counters counters;
  EXPECT_EQ(counters.ended[0].read(), 0u);
}

TEST(Counters, SumUpOverAllLoops) {
  Counters one;
  Counters two;
  one.proxy.accepted.add();
  two.proxy.accepted.add(2);
  one.uppercase_tcp.refused.add(3);
  two.datagrams_dropped.add(4);
  one.origin_bytes_out.add(1'000'000'000'000);
  one.countEnd(Reason::dns_error);
  two.countEnd(Reason::dns_error);
  two.countEnd(Reason::none);

  const std::array<const Counters*, 2> loops{&one, &two};
  const Totals totals = sum(loops);
  EXPECT_EQ(totals.proxy.accepted, 3u);
  EXPECT_EQ(totals.uppercase_tcp.refused, 3u);
  EXPECT_EQ(totals.datagrams_dropped, 4u);
  EXPECT_EQ(totals.origin_bytes_out, 1'000'000'000'000u);
  EXPECT_EQ(totals.ended[static_cast<std::size_t>(Reason::dns_error)], 2u);
  EXPECT_EQ(totals.ended[0], 1u);
  EXPECT_EQ(totals.requests, 0u);
}

}  // namespace
}  // namespace megaphone::observe
