// NewFile: a file that is made anew, for its owner alone (mode 0600), and then takes its path in one step.
//
// What stands at the path meanwhile is neither followed nor written: who has it open keeps it. A symbolic link is
// replaced itself. What is no regular file, or another user's, is left alone.
#pragma once

#include <string>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone {

class NewFile {
 public:
  NewFile() = default;  // none
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&& other) noexcept;
  // Removes what has not taken its path.
  ~NewFile();

  // Makes it beside its path, for writing. Fails where it could not take that.
  static Result<NewFile> make(const std::string& path);
  // Fails with what stands there, if a new file must not replace it.
  static Result<void> mayReplace(const std::string& path);

  explicit operator bool() const { return static_cast<bool>(fd_); }
  // REQUIRES: there is one.
  Result<void> takePath();
  // REQUIRES: it has taken its path.
  UniqueFd takeDescriptor() { return std::move(fd_); }

 private:
  void remove();

  std::string path_;
  std::string made_;  // where it is until it takes its path; "": there it is
  UniqueFd fd_;
};

}  // namespace megaphone
