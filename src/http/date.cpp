#include "megaphone/http/date.h"

#include <array>
#include <string_view>

namespace megaphone::http {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun, ", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, "};
constexpr std::array<std::string_view, 12> kMonths{" Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ",
                                                   " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec "};

void appendTwoDigits(std::string& out, unsigned value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

void appendDate(std::string& out, WallTime time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  out += kDays[weekday(day).c_encoding()];
  appendTwoDigits(out, static_cast<unsigned>(date.day()));
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  appendTwoDigits(out, year / 100);
  appendTwoDigits(out, year);
  out += ' ';
  appendTwoDigits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  appendTwoDigits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  appendTwoDigits(out, static_cast<unsigned>(clock.seconds().count()));
  out += " GMT";
}

}  // namespace megaphone::http
