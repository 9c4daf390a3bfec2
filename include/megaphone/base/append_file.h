// AppendFile: a file opened for appending that may be renamed or removed while it is open (log rotation). One thread.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone {

class AppendFile {
 public:
  AppendFile() = default;  // no file
  // Opens the file, and creates it with mode 0640 if it is missing.
  static Result<AppendFile> open(std::string path);

  // Opens the path again. On failure the old file stays open.
  Result<void> reopen();
  // Returns whether the path no longer names the open file.
  bool moved() const;
  // Returns whether the open file has no name any more, so that whatever is written to it is lost.
  bool unlinked() const;

  explicit operator bool() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  UniqueFd fd_;
};

}  // namespace megaphone
