#include "megaphone/base/host_name.h"

#include <algorithm>

#include "megaphone/base/ascii.h"

namespace megaphone {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;

bool isNameChar(char c) { return ascii::isAlpha(c) || ascii::isDigit(c) || c == '-' || c == '_'; }

// Returns whether a label is a number as in "ends in a number" of the WHATWG URL standard: inet_aton() and browsers
// read such names as addresses.
bool isNumber(std::string_view label) {
  if (std::all_of(label.begin(), label.end(), ascii::isDigit)) return true;
  if (label.size() < 2 || label[0] != '0' || ascii::toLower(label[1]) != 'x') return false;
  return std::all_of(label.begin() + 2, label.end(), ascii::isHex);
}

bool isUnder(std::string_view name, std::string_view zone) {
  return name == zone || (name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.');
}

}  // namespace

std::optional<std::string> normalName(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestName) return std::nullopt;
  std::string_view label;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    label = text.substr(begin, end - begin);
    if (label.empty() || label.size() > kLongestLabel) return std::nullopt;
    if (!std::all_of(label.begin(), label.end(), isNameChar)) return std::nullopt;
    begin = end + 1;
  }
  if (isNumber(label)) return std::nullopt;
  return ascii::lower(text);
}

bool isLocalhost(std::string_view normal) { return isUnder(normal, "localhost"); }
bool isNeverResolved(std::string_view normal) { return isUnder(normal, "invalid") || isUnder(normal, "onion"); }

}  // namespace megaphone
