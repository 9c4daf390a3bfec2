#include "line.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "megaphone/base/ascii.h"
#include "megaphone/base/terminal.h"
#include "megaphone/base/utf8.h"

namespace megaphone::log {
namespace {

// systemd.exec(5): the variable alone proves nothing, since it is inherited by processes whose stderr goes elsewhere.
bool isJournal(int fd) {
  struct stat status {};
  const char* stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  if (!stream || fstat(fd, &status) != 0) return false;
  return stream == std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
}

}  // namespace

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

Style styleOf(int fd) {
  if (isJournal(fd)) return Style::journal;
  if (isatty(fd) == 0) return Style::file;
  return wantsColours(fd) ? Style::coloured : Style::terminal;
}

}  // namespace megaphone::log
