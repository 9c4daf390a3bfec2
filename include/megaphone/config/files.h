// FileUse: the purpose for which a path of the configuration is used, so that no file has two.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

struct FileUse {
  enum class Kind : std::uint8_t { read, log, access_log, capture, socket };

  Kind kind = Kind::read;
  std::string what;  // "the configuration", "the capture of proxy"
  std::string path;
  std::uint32_t older = 0;  // of a capture: the number of files beside it, called "PATH.1" and so on
  ValueId value{};          // in the configuration; without a key: it is not there
};

// Returns every use of a file, first the configuration and the system's files that are read.
std::vector<FileUse> fileUses(const Settings& settings);

// Returns the use that `path` has already, such as "the access log of proxy"; nothing if it has none. Compares device
// and inode: another spelling, a symbolic link or a hard link is the same file. Looks at the file system for each use.
std::optional<std::string> usedFor(const Settings& settings, const std::string& path);

}  // namespace megaphone::config
