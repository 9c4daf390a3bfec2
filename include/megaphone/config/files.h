// Files: what the paths of a configuration are used for, so that none is used for two things.
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
  std::uint32_t older = 0;  // of a capture: files beside it, called "PATH.1" and so on
  ValueId value{};          // of the configuration; without a key: it stands nowhere there
};

// All of them: the configuration and the system's files that are read come first.
std::vector<FileUse> fileUses(const Settings& settings);

// What `path` is used for already, such as "the access log of proxy"; nothing where nobody uses it. By device and
// inode: another spelling, a symbolic link or a hard link is the same file. Looks at the file system; for a few at a
// time.
std::optional<std::string> usedFor(const Settings& settings, const std::string& path);

}  // namespace megaphone::config
