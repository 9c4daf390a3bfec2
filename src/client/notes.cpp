#include "notes.h"

#include <unistd.h>

namespace megaphone::client {
namespace {

constexpr std::chrono::seconds kPatience{1};

}  // namespace

void Notes::promptPart(std::string_view text) const {
  if (level_ != Level::quiet && ::isatty(fd_) != 0) put(text);
}

void Notes::line(std::string_view text) const { put("megaphone: " + std::string(text) + "\n"); }

void Notes::put(std::string_view text) const { out_.writeAll(text, kPatience); }

}  // namespace megaphone::client
