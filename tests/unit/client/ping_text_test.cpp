#include "ping_text.h"

#include <gtest/gtest.h>

namespace megaphone::client {
namespace {

using namespace std::chrono_literals;
using Kind = PingEvent::Kind;

const Place kPlace{Transport::udp, "localhost", "7007", "127.0.0.1:7007"};

PingFigures someFigures() {
  PingFigures figures;
  figures.sent = 10;
  figures.answered = 8;
  for (int i = 1; i <= 8; ++i) figures.round_trips.add(i * 1ms);
  return figures;
}

TEST(PingText, EachEventIsOneLine) {
  EXPECT_EQ(eventText({Kind::answer, 3, 1234us}, 64, kPlace), "64 bytes from 127.0.0.1:7007: number 3, 1.234 ms\n");
  EXPECT_EQ(eventText({Kind::reordered, 3, 1ms}, 64, kPlace),
            "64 bytes from 127.0.0.1:7007: number 3, 1.000 ms, out of order\n");
  EXPECT_EQ(eventText({Kind::overdue, 4}, 64, kPlace), "127.0.0.1:7007: number 4, no answer in time\n");
  EXPECT_EQ(eventText({Kind::wrong, {}}, 64, kPlace),
            "64 bytes from 127.0.0.1:7007: a number that cannot be read, wrong\n");
  EXPECT_EQ(eventLine({Kind::duplicate, 3, 1234us}),
            "{\"kind\":\"answer\",\"number\":3,\"ms\":1.234,\"end\":\"duplicate\"}\n");
  EXPECT_EQ(eventLine({Kind::overdue, 4}), "{\"kind\":\"answer\",\"number\":4,\"end\":\"overdue\"}\n");
}

TEST(PingText, TheFiguresAreLikeThoseOfPing) {
  EXPECT_EQ(figuresText(someFigures(), kPlace, 9s),
            "\n--- localhost:7007 (127.0.0.1:7007) ---\n"
            "10 sent, 8 answered, 2 lost (20 %), in 9.00 s, 1/s\n"
            "round trip min/avg/max/dev 1.000/4.500/8.000/2.291 ms\n"
            "percentiles 50/90/99/99.9 4.030/8.000/8.000/8.000 ms\n");
}

TEST(PingText, WithoutAnAnswerThereAreNoRoundTrips) {
  PingFigures figures;
  figures.sent = 3;
  figures.errors = 1;
  EXPECT_EQ(figuresText(figures, kPlace, 20s),
            "\n--- localhost:7007 (127.0.0.1:7007) ---\n"
            "3 sent, 0 answered, 3 lost (100 %), 1 refusal, in 20.0 s, 0/s\n");
}

TEST(PingText, WhatDidNotHappenIsNotTold) {
  PingFigures figures = someFigures();
  figures.wrong = figures.duplicates = figures.reordered = figures.strays = figures.under_way = 1;
  EXPECT_NE(figuresText(figures, kPlace, 1s)
                .find("0 lost (0 %), 1 wrong, 1 duplicate, 1 out of order, 1 stray, 1 still under way, in"),
            std::string::npos)
      << figuresText(figures, kPlace, 1s);
}

TEST(PingText, ProgramsGetEveryFigure) {
  std::string out;
  {
    json::Object object(out);
    addFigures(object, someFigures());
  }
  EXPECT_EQ(out, R"({"sent":10,"answered":8,"lost":2,"wrong":0,"duplicates":0,"reordered":0,"strays":0,"errors":0,)"
                 R"("under_way":0,"ms_min":1.000,"ms_avg":4.500,"ms_max":8.000,"ms_dev":2.291,"ms_p50":4.030,)"
                 R"("ms_p90":8.000,"ms_p99":8.000,"ms_p999":8.000})");
}

TEST(PingText, AHistogramHasABarForEachRange) {
  RoundTrips trips;
  for (int i = 0; i < 40; ++i) trips.add(1ms);
  trips.add(1030us);
  EXPECT_EQ(histogramText(trips), "  1.000 .. 1.030 ms  ########################################  41\n");
  for (int i = 0; i < 20; ++i) trips.add(1024ms);
  const std::string text = histogramText(trips);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_EQ(text.size(), 10 * (text.find('\n') + 1)) << "counts end in one column\n" << text;
  EXPECT_NE(text.find(".. 1024.000 ms  " + std::string(20, '#') + std::string(20, ' ') + "  20\n"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace megaphone::client
