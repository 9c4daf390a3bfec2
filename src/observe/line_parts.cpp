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

namespace {

// Whether an authority ends as one may: in its host, or in a port. "user:pa" of "http://user:pa/ss@host/" does not.
bool endsInPort(std::string_view authority) {
  const std::size_t colon = authority.find_last_of(":]@");
  if (colon == std::string_view::npos || authority[colon] != ':') return true;
  const std::string_view port = authority.substr(colon + 1);
  return port.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

ShownTarget shown(std::string_view target, bool query_strings) {
  const std::size_t delimiter = ascii::findAny<'/', '?', '#'>(target);
  const bool absolute = delimiter != std::string_view::npos && delimiter > 0 && target[delimiter - 1] == ':' &&
                        target.substr(delimiter, 2) == "//";
  const std::size_t host = absolute ? delimiter + 2 : 0;
  std::string_view rest = target.substr(host);
  const std::size_t authority = absolute ? ascii::findAny<'/', '?', '#'>(rest) : std::string_view::npos;
  // What is not a URL was refused, and may hide user information anywhere before its query.
  const bool sound = absolute && endsInPort(rest.substr(0, authority));
  const std::size_t end = sound ? authority : ascii::findAny<'?', '#'>(rest);
  const std::size_t at = rest.substr(0, end).rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  // Fragments hold secrets as queries do, and are never sent on.
  const std::size_t fragment = rest.find('#');
  const std::size_t query = rest.substr(0, fragment).find('?');
  const std::size_t shownEnd = !query_strings && query != std::string_view::npos ? query : fragment;
  const bool cut = shownEnd != std::string_view::npos;
  return {target.substr(0, host), rest.substr(0, shownEnd), !cut ? "" : shownEnd == query ? "?-" : "#-"};
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
