#include "figures.h"

#include <gtest/gtest.h>

namespace megaphone::app {
namespace {

using namespace std::chrono_literals;
using observe::Count;

TEST(Figures, SayWhatIsThereAndHowFastItGoes) {
  Figures before;
  before.totals[Count::requests] = 1'000;
  before.totals[Count::datagrams_in] = 7;
  Figures now = before;
  now.totals[Count::requests] = 1'520;
  now.totals[Count::datagrams_in] = 8;
  now.totals[Count::open] = 3;
  now.totals[Count::tunnels_open] = 1;
  EXPECT_EQ(sentence(before, now, 10s),
            "3 clients, 1 tunnel, 1520 requests (52 a second), 8 datagrams (less than 1 a second)");
}

TEST(Figures, NameCapturesWhereThereAreAny) {
  Figures figures;
  figures.captures = 1;
  EXPECT_EQ(sentence(figures, figures, 10s), "0 clients, 0 tunnels, 0 requests, 0 datagrams, 1 capture");
  figures.packets_lost = 2;
  EXPECT_EQ(sentence(figures, figures, 10s),
            "0 clients, 0 tunnels, 0 requests, 0 datagrams, 1 capture, 2 captured packets lost");
}

TEST(Figures, OfADaemonAtRestAreAlwaysTheSame) {
  Figures figures;
  figures.totals[Count::requests] = 1;
  EXPECT_EQ(sentence(figures, figures, 10s), "0 clients, 0 tunnels, 1 request, 0 datagrams");
  EXPECT_EQ(sentence({}, figures, 0s), "0 clients, 0 tunnels, 1 request, 0 datagrams") << "no time has passed";
}

}  // namespace
}  // namespace megaphone::app
