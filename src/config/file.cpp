#include "file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "megaphone/base/unique_fd.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kLargest = 1 << 20;  // nobody writes a longer one; /dev/zero would never end

FileError failure(int errnum) {
  FileError out{"the file cannot be read: " + std::string(std::strerror(errnum)), {}};
  if (errnum == ENOENT) out.help = "check the path; for a try without a file: megaphoned --proxy 127.0.0.1:3128";
  if (errnum == EACCES) out.help = "the user that runs the daemon needs to read it";
  if (errnum == EISDIR) out.help = "name the file inside of the directory";
  return out;
}

}  // namespace

FileError readFile(const std::string& path, std::string& out) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return failure(errno);
  std::array<char, 16 * 1024> piece{};
  while (true) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(errno);
    if (got == 0) return {};
    out.append(piece.data(), static_cast<std::size_t>(got));
    if (out.size() > kLargest) return {"the file is longer than 1 MiB", "this is no configuration file"};
  }
}

}  // namespace megaphone::config
