#include "file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "megaphone/base/mono_time.h"
#include "megaphone/base/text.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::config {
namespace {

constexpr std::size_t kLargest = 1 << 20;  // bytes; more than any real file
constexpr Duration kPatience = std::chrono::seconds(5);

Problem problem(std::string message, std::string help) {
  Problem out;
  out.message = std::move(message);
  out.help = std::move(help);
  return out;
}

Problem failure(int errnum) {
  Problem out = problem(concat("the file cannot be read: ", std::strerror(errnum)), {});
  if (errnum == ENOENT) out.help = "check the path; for a try without a file: megaphoned --proxy 127.0.0.1:3128";
  if (errnum == EACCES) out.help = "the user that runs the daemon needs to read it";
  if (errnum == EISDIR) out.help = "name the file inside of the directory";
  if (errnum == ENXIO) out.help = "name a regular file: this one is a socket or a device";
  return out;
}

Problem tooLarge() { return problem("the file is longer than 1 MiB", "this is not a configuration file"); }

// Opens without blocking, and without the side effects that opening some devices has.
UniqueFd openToRead(const std::string& path) {
  if (path == "-") return UniqueFd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

Problem wrongKind(mode_t mode) {
  if (S_ISDIR(mode)) return failure(EISDIR);
  const bool pipe = S_ISFIFO(mode) || S_ISSOCK(mode);
  return problem(
      concat("the file is ", pipe ? "a pipe" : "a device", ", not a regular file"),
      pipe ? "a pipe is read at the start only; write the configuration into a file" : "name a regular file");
}

// Waits for more bytes. Returns whether some arrived before the deadline.
bool waitForMore(int fd, MonoTime deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - monoNow()).count();
  pollfd readable{fd, POLLIN, 0};
  return left > 0 && ::poll(&readable, 1, static_cast<int>(left)) > 0;
}

// Appends all of `fd`. `waits`: whether to wait for the writer of a pipe.
std::optional<Problem> readAll(int fd, bool waits, std::string& out) {
  const MonoTime deadline = monoNow() + kPatience;
  std::array<char, 16 * 1024> piece{};
  while (true) {
    if (waits && !waitForMore(fd, deadline))
      return problem("the pipe has not ended within 5s", "is somebody still writing into it?");
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(errno);
    if (got == 0) return std::nullopt;
    out.append(piece.data(), static_cast<std::size_t>(got));
    if (out.size() > kLargest) return tooLarge();
  }
}

}  // namespace

std::optional<Problem> readFile(const std::string& path, Pipes pipes, std::string& out) {
  const UniqueFd fd = openToRead(path);
  if (!fd) return failure(errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return failure(errno);
  const bool pipe = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
  if (!S_ISREG(status.st_mode) && !(pipe && pipes == Pipes::read)) return wrongKind(status.st_mode);
  if (status.st_size > static_cast<off_t>(kLargest)) return tooLarge();
  return readAll(fd.get(), pipe, out);
}

}  // namespace megaphone::config
