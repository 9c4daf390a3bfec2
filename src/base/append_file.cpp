#include "megaphone/base/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace megaphone {
namespace {

// Non-blocking: the path may name a pipe without a reader.
UniqueFd openAtEnd(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640));
}

}  // namespace

Result<AppendFile> AppendFile::open(std::string path) {
  AppendFile file;
  file.path_ = std::move(path);
  if (auto opened = file.reopen(); !opened) return std::move(opened.error());
  return file;
}

Result<void> AppendFile::reopen() {
  UniqueFd fd = openAtEnd(path_);
  if (!fd) return systemError(errno, "open " + path_);
  fd_ = std::move(fd);
  return {};
}

bool AppendFile::moved() const {
  struct stat named {};
  struct stat opened {};
  if (fstat(fd(), &opened) != 0 || stat(path_.c_str(), &named) != 0) return true;
  return named.st_dev != opened.st_dev || named.st_ino != opened.st_ino;
}

bool AppendFile::unlinked() const {
  struct stat opened {};
  return fstat(fd(), &opened) != 0 || opened.st_nlink == 0;
}

}  // namespace megaphone
