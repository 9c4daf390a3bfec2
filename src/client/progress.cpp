#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace megaphone::client {
namespace {

constexpr Duration kFirst = std::chrono::seconds(1);
constexpr Duration kEvery = std::chrono::milliseconds(250);
constexpr std::string_view kClear = "\r\x1b[K";

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

void put(int terminal, std::string_view text) {
  [[maybe_unused]] const ssize_t ignored = ::write(terminal, text.data(), text.size());
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

Progress::Progress(int terminal, std::optional<std::uint64_t> total, MonoTime start)
    : terminal_(terminal), total_(total), start_(start) {
  if (terminal_ >= 0) due_ = start + kFirst;
}

Progress::~Progress() {
  if (shown_) put(terminal_, kClear);
}

void Progress::show(std::uint64_t done, MonoTime now) {
  if (!due_ || now < *due_) return;
  put(terminal_, std::string(kClear) + progressText(done, total_, now - start_));
  shown_ = true;
  due_ = now + kEvery;
}

}  // namespace megaphone::client
