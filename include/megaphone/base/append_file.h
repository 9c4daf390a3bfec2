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

}  // namespace megaphone
