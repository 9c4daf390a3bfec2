#include "figures.h"

#include <cmath>

#include "megaphone/base/counted.h"

namespace megaphone::app {
namespace {

using observe::Count;

// What has not happened for a while needs no rate.
std::string rate(std::uint64_t before, std::uint64_t now, Duration since) {
  const double seconds = std::chrono::duration<double>(since).count();
  if (now <= before || seconds <= 0) return "";
  const double perSecond = static_cast<double>(now - before) / seconds;
  return perSecond < 1 ? " (less than 1 a second)" : " (" + std::to_string(std::llround(perSecond)) + " a second)";
}

// A daemon that captures nothing need not say so.
std::string captures(const Figures& now) {
  std::string out;
  if (now.captures > 0) out += ", " + counted(now.captures, "capture");
  if (now.packets_lost > 0) out += ", " + counted(now.packets_lost, "captured packet") + " lost";
  return out;
}

}  // namespace

std::string sentence(const Figures& before, const Figures& now, Duration since) {
  const observe::Totals& a = before.totals;
  const observe::Totals& b = now.totals;
  const auto sinceThen = [&](Count what) { return rate(a[what], b[what], since); };
  return counted(b[Count::open], "client") + ", " + counted(b[Count::tunnels_open], "tunnel") + ", " +
         counted(b[Count::requests], "request") + sinceThen(Count::requests) + ", " +
         counted(b[Count::datagrams_in], "datagram") + sinceThen(Count::datagrams_in) + captures(now);
}

}  // namespace megaphone::app
