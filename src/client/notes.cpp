#include "notes.h"

#include <unistd.h>

#include <cerrno>

namespace megaphone::client {

void Notes::promptPart(std::string_view text) const {
  if (level_ != Level::quiet && ::isatty(fd_) != 0) put(text);
}

void Notes::line(std::string_view text) const { put("megaphone: " + std::string(text) + "\n"); }

void Notes::put(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;  // nobody is left to be told
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace megaphone::client
