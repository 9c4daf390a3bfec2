#include "progress.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace megaphone::client {
namespace {

std::string sizeText(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  std::ostringstream out;
  out << std::fixed << std::setprecision(unit == 0 || bytes >= 100 ? 0 : 1) << bytes << ' ' << kUnits[unit];
  return out.str();
}

std::string timeText(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  if (whole < 120) return std::to_string(whole) + " s";
  return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

}  // namespace

std::string progressText(std::uint64_t done, std::optional<std::uint64_t> total, Duration elapsed) {
  const double seconds = std::max(std::chrono::duration<double>(elapsed).count(), 1e-9);
  const double rate = static_cast<double>(done) / seconds;
  std::string out = sizeText(static_cast<double>(done));
  if (total) out += " of " + sizeText(static_cast<double>(*total));
  out += ", " + sizeText(rate) + "/s";
  if (total && *total >= done && rate > 0) out += ", " + timeText(static_cast<double>(*total - done) / rate) + " left";
  return out;
}

}  // namespace megaphone::client
