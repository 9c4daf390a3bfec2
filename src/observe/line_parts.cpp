#include "line_parts.h"

#include "megaphone/base/ascii.h"

namespace megaphone::observe {

Civil::Civil(WallTime time) {
  const auto us = std::chrono::floor<std::chrono::microseconds>(time);
  const auto midnight = std::chrono::floor<std::chrono::days>(us);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(us - midnight);
  year = static_cast<unsigned>(static_cast<int>(date.year()));
  month = static_cast<unsigned>(date.month());
  day = static_cast<unsigned>(date.day());
  hour = static_cast<unsigned>(clock.hours().count());
  minute = static_cast<unsigned>(clock.minutes().count());
  second = static_cast<unsigned>(clock.seconds().count());
  microsecond = static_cast<unsigned>(clock.subseconds().count());
}

ShownTarget shown(std::string_view target, bool query_strings) {
  const std::size_t query = query_strings ? std::string_view::npos : target.find('?');
  return {target.substr(0, query), query == std::string_view::npos ? "" : "?-"};
}

void appendTimestamp(std::string& out, WallTime time) {
  const Civil at(time);
  ascii::appendPadded(out, at.year, 4);
  ascii::appendPadded(out += '-', at.month, 2);
  ascii::appendPadded(out += '-', at.day, 2);
  ascii::appendPadded(out += 'T', at.hour, 2);
  ascii::appendPadded(out += ':', at.minute, 2);
  ascii::appendPadded(out += ':', at.second, 2);
  ascii::appendPadded(out += '.', at.microsecond, 6);
  out += 'Z';
}

}  // namespace megaphone::observe
