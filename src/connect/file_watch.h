// FileWatch: whether a small configuration file of the system has changed. Looks at most once a second, and only when
// asked.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "megaphone/base/mono_time.h"

namespace megaphone::connect {

class FileWatch {
 public:
  FileWatch(std::string path, Duration lookEvery) : path_(std::move(path)), lookEvery_(lookEvery) {}

  const std::string& path() const { return path_; }
  // True the first time, and whenever the file has come, gone or changed since it was last true.
  bool changed(MonoTime now);
  // It is looked at the next time, and counts as changed.
  void expire() { lookedAt_.reset(); }

 private:
  struct Stamp {
    dev_t device;
    ino_t inode;
    mode_t mode;
    off_t size;
    std::int64_t
        seconds;  // of the last change of anything: a time of modification can be set, and the mode is not in it
    std::int64_t nanoseconds;
    bool operator==(const Stamp&) const = default;
  };
  std::optional<Stamp> look() const;

  std::string path_;
  Duration lookEvery_;
  std::optional<MonoTime> lookedAt_;
  std::optional<Stamp> seen_;  // nothing: there was no such file
};

}  // namespace megaphone::connect
