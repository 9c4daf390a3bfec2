// NewFile: a new file, readable by its owner only (mode 0600), that is renamed to its path in one step.
//
// An existing file at the path is neither followed nor written, and stays valid for those who have it open. A symbolic
// link is replaced, not followed. Anything but a regular file, and files of other users, are not replaced.
#pragma once

#include <string>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone {

class NewFile {
 public:
  NewFile() = default;  // no file
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&& other) noexcept;
  // Removes a file that has not been renamed to its path.
  ~NewFile();

  // Creates a temporary file beside `path`, for writing. Fails if it could not be renamed to `path`.
  static Result<NewFile> make(const std::string& path);
  // Fails if something at `path` must not be replaced; the error names it.
  static Result<void> mayReplace(const std::string& path);

  explicit operator bool() const { return static_cast<bool>(fd_); }
  // Renames the file to its path. REQUIRES: there is a file.
  Result<void> takePath();
  // Returns the open descriptor. REQUIRES: takePath() has succeeded.
  UniqueFd takeDescriptor() { return std::move(fd_); }

 private:
  void remove();

  std::string path_;
  std::string made_;  // the temporary name; "" once it is renamed
  UniqueFd fd_;
};

}  // namespace megaphone
