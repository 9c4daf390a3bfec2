#include "megaphone/base/file_identity.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>

namespace megaphone {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as many as the kernel follows

fs::path folderOf(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

}  // namespace

std::optional<FileIdentity> identify(const std::string& path) {
  fs::path at(path);
  for (int links = 0; links < kMostLinks; ++links) {
    struct stat status {};
    if (::stat(at.c_str(), &status) == 0) {
      if (S_ISCHR(status.st_mode)) return std::nullopt;
      return FileIdentity{status.st_dev, status.st_ino, {}};
    }
    std::error_code failure;
    const fs::path target = fs::read_symlink(at, failure);
    if (failure) {
      if (::stat(folderOf(at).c_str(), &status) != 0) break;
      return FileIdentity{status.st_dev, status.st_ino, at.filename().string()};
    }
    at = folderOf(at) / target;
  }
  return identifyByName(path);
}

FileIdentity identifyByName(const std::string& path) { return {0, 0, fs::path(path).lexically_normal().string()}; }

}  // namespace megaphone
