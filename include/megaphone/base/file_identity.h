// FileIdentity: which file a path names, however it is written: two paths with the same identity are one file.
#pragma once

#include <sys/types.h>

#include <compare>
#include <optional>
#include <string>

namespace megaphone {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name;  // of a file that is not there yet: the inode is that of its folder

  auto operator<=>(const FileIdentity&) const = default;
};

// Follows symbolic links, also to what is not there yet, as opening a file for writing does. Where even the folder is
// missing the path itself is compared. Nothing for devices such as /dev/null, into which any number may write.
std::optional<FileIdentity> identify(const std::string& path);

// The same without a look at any file: the path, without "." and "..".
FileIdentity identifyByName(const std::string& path);

}  // namespace megaphone
