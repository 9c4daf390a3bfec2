#include "line.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "megaphone/base/terminal.h"

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

Style styleOf(int fd) {
  if (isJournal(fd)) return Style::journal;
  if (isatty(fd) == 0) return Style::file;
  return wantsColours(fd) ? Style::coloured : Style::terminal;
}

}  // namespace megaphone::log
