// SystemFile: the text of a small configuration file of the system, as it is now. Looks at most once a second, and only
// inside read().
#pragma once

#include <optional>
#include <string>

#include "file_watch.h"

namespace megaphone::connect {

class SystemFile {
 public:
  SystemFile(std::string path, Duration lookEvery) : watch_(std::move(path), lookEvery) {}

  // Returns the text the first time and whenever it may have changed; "" for a file that is missing or not readable.
  // Returns nothing while it is unchanged, and while descriptors or memory are short: the last text then still holds,
  // and reading is tried again.
  std::optional<std::string> read(MonoTime now);
  // Has it read again at the next call.
  void expire() { watch_.expire(); }
  // Returns whether it has been read.
  bool known() const { return known_; }

 private:
  FileWatch watch_;
  bool known_ = false;
  bool owed_ = false;  // it has changed, but could not be read yet
};

}  // namespace megaphone::connect
