#include "megaphone/http/date.h"

#include <array>
#include <string_view>

#include "megaphone/base/ascii.h"

namespace megaphone::http {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun, ", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, "};
constexpr std::array<std::string_view, 12> kMonths{" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ",
                                                   " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec "};

}  // namespace

void appendDate(std::string& out, WallTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  out += kDays[weekday(day).c_encoding()];
  ascii::appendPadded(out, static_cast<unsigned>(date.day()), 2);
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  ascii::appendPadded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  ascii::appendPadded(out += ' ', static_cast<std::uint64_t>(clock.hours().count()), 2);
  ascii::appendPadded(out += ':', static_cast<std::uint64_t>(clock.minutes().count()), 2);
  ascii::appendPadded(out += ':', static_cast<std::uint64_t>(clock.seconds().count()), 2);
  out += " GMT";
}

}  // namespace megaphone::http
