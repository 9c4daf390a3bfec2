#include "system_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "megaphone/base/unique_fd.h"

namespace megaphone::connect {
namespace {

constexpr std::size_t kMost = 64 << 20;  // hosts files that are block lists are long

// Returns whether the error passes without a change of the file.
bool isShortage(int errnum) { return errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM || errnum == EIO; }

// Returns the text: nothing while it cannot be read for now, "" if there is no readable file.
std::optional<std::string> textOf(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return isShortage(errno) ? std::nullopt : std::optional<std::string>(std::string());
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::string();
  std::string text;
  std::array<char, 16'384> piece;
  while (text.size() < kMost) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

std::optional<std::string> SystemFile::read(MonoTime now) {
  if (watch_.changed(now)) owed_ = true;
  if (!owed_) return std::nullopt;
  auto text = textOf(watch_.path());
  if (!text) return std::nullopt;
  owed_ = false;
  known_ = true;
  return text;
}

}  // namespace megaphone::connect
