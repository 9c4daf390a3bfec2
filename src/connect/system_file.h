// SystemFile: the text of a small configuration file of the system, as it is now. Looks at most once a second, and only
// when asked.
#pragma once

#include <optional>
#include <string>

#include "file_watch.h"

namespace megaphone::connect {

class SystemFile {
 public:
  SystemFile(std::string path, Duration lookEvery) : watch_(std::move(path), lookEvery) {}

  // The text, the first time and whenever it may have changed; a file that is not there, or that we may not read, is
  // empty. Nothing while it is as it was, and while descriptors or memory are short: what was known still holds then,
  // and it is tried again.
  std::optional<std::string> read(MonoTime now);
  // Has it read again at the next call.
  void expire() { watch_.expire(); }
  // Whether it has been read.
  bool known() const { return known_; }

 private:
  FileWatch watch_;
  bool known_ = false;
  bool owed_ = false;  // it has changed, and could not be read
};

}  // namespace megaphone::connect
