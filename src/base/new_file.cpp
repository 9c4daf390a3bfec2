#include "megaphone/base/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace megaphone {

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)), made_(std::exchange(other.made_, {})), fd_(std::move(other.fd_)) {}

NewFile& NewFile::operator=(NewFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::move(other.path_);
  made_ = std::exchange(other.made_, {});
  fd_ = std::move(other.fd_);
  return *this;
}

NewFile::~NewFile() { remove(); }

void NewFile::remove() {
  if (!made_.empty()) ::unlink(made_.c_str());
}

Result<NewFile> NewFile::make(const std::string& path) {
  if (auto may = mayReplace(path); !may) return std::move(may.error());
  NewFile file;
  file.path_ = path;
  std::string name = path + ".XXXXXX";
  file.fd_.reset(::mkostemp(name.data(), O_CLOEXEC));  // with mode 0600
  if (!file.fd_) return systemError(errno, "make " + path);
  file.made_ = std::move(name);
  return file;
}

Result<void> NewFile::mayReplace(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    if (errno == ENOENT) return {};
    return systemError(errno, "make " + path);
  }
  if (S_ISLNK(there.st_mode)) return {};
  if (!S_ISREG(there.st_mode)) return systemError(EEXIST, "replace " + path + ", which is not a regular file");
  if (there.st_uid != ::geteuid()) return systemError(EPERM, "replace " + path + ", which is another user's");
  return {};
}

Result<void> NewFile::takePath() {
  if (::rename(made_.c_str(), path_.c_str()) != 0) return systemError(errno, "make " + path_);
  made_.clear();
  return {};
}

}  // namespace megaphone
