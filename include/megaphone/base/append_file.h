// AppendFile: a file that is only written at its end, and that may be moved away under its writer (log rotation).
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone {

class AppendFile {
 public:
  AppendFile() = default;  // nothing is open
  // Creates the file with mode 0640 where it is missing.
  static Result<AppendFile> open(std::string path);

  // Opens the path anew. On failure the old file stays open.
  Result<void> reopen();
  // Whether the path no longer names the open file.
  bool moved() const;
  // Whether the open file has no name any more: what is written is lost.
  bool unlinked() const;

  explicit operator bool() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  UniqueFd fd_;
};

// How far a write came: all bytes and 0, or fewer and an errno.
struct Written {
  std::size_t bytes = 0;
  int errnum = 0;
};

// Writes everything, unless it fails. A descriptor that would block is given a tenth of a second.
Written writeAll(int fd, std::string_view bytes);

}  // namespace megaphone
