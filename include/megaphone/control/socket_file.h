// SocketFile: a listening unix socket under a path. Who may open the file may talk to us: the owner, and a group where
// one is given.
#pragma once

#include <sys/types.h>

#include <string>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::control {

class SocketFile {
 public:
  // Takes the place of a socket that a dead daemon has left; a live one is an error (EADDRINUSE), and so is a file that
  // is no socket. The path is either as it was or complete, never half made. `group`: a name or a number, "none" for
  // the owner alone.
  static Result<SocketFile> open(const std::string& path, const std::string& group);
  SocketFile(SocketFile&&) = default;
  SocketFile& operator=(SocketFile&&) = delete;
  // Removes the file, unless another has taken its place.
  ~SocketFile();

  const std::string& path() const { return path_; }
  // The listening descriptor, non-blocking. To be taken once.
  UniqueFd takeDescriptor() { return std::move(fd_); }

 private:
  SocketFile(std::string path, UniqueFd fd, dev_t device, ino_t inode)
      : path_(std::move(path)), fd_(std::move(fd)), device_(device), inode_(inode) {}

  std::string path_;  // empty once moved from
  UniqueFd fd_;
  dev_t device_;
  ino_t inode_;
};

}  // namespace megaphone::control
