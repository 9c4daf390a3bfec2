#include "file_watch.h"

#include <sys/stat.h>

namespace megaphone::connect {

bool FileWatch::changed(MonoTime now) {
  const bool first = !lookedAt_;
  if (!first && now - *lookedAt_ < lookEvery_) return false;
  lookedAt_ = now;
  const auto found = look();
  if (!first && found == seen_) return false;
  seen_ = found;
  return true;
}

std::optional<FileWatch::Stamp> FileWatch::look() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return std::nullopt;
  return Stamp{status.st_dev,  status.st_ino,         status.st_mode,
               status.st_size, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

}  // namespace megaphone::connect
