// FileIdentity: the file that a path names, however the path is written. Equal identities are one file.
#pragma once

#include <sys/types.h>

#include <compare>
#include <optional>
#include <string>

namespace megaphone {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name;  // set for a file that does not exist yet: the inode is then that of its folder

  auto operator<=>(const FileIdentity&) const = default;
};

// Follows symbolic links, dangling ones too, as opening a file for writing does. Uses the path itself if the folder is
// missing. Returns nothing for devices such as /dev/null, which any number of writers may share.
std::optional<FileIdentity> identify(const std::string& path);

// Makes an identity from the path alone, with "." and ".." resolved. Accesses no file.
FileIdentity identifyByName(const std::string& path);

}  // namespace megaphone
