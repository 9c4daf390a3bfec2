// FileWatch: tells whether a small configuration file of the system has changed. Calls stat(2) at most once a second,
// and only inside changed().
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
  // Returns true the first time, and whenever the file has appeared, vanished or changed since it last returned true.
  bool changed(MonoTime now);
  // Makes the next changed() return true.
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
