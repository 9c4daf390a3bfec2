#include "megaphone/base/escaped.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/base/utf8.h"

namespace megaphone {
std::string escaped(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  while (!line.empty()) {
    const std::size_t length = utf8Length(line);
    if (length != 0 && !utf8Control(line)) {
      out += line.substr(0, length);
    } else {
      for (const char c : line.substr(0, std::max<std::size_t>(length, 1))) ascii::appendHexByte(out += "\\x", c);
    }
    line.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string masked(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const std::size_t length = utf8Length(line);
    const bool shown = length > 0 && (line.front() == '\t' || !utf8Control(line));
    out += shown ? line.substr(0, length) : "?";
    line.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace megaphone
