#include "megaphone/control/socket_file.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "megaphone/base/ascii.h"

namespace megaphone::control {
namespace {

constexpr int kBacklog = 16;
constexpr mode_t kForOwner = 0600;
constexpr mode_t kForGroup = 0660;

Error failure(int errnum, const std::string& what) { return systemError(errnum, "[control] path: " + what); }

std::optional<sockaddr_un> addressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  path.copy(address.sun_path, path.size());
  return address;
}

// Nothing stands there, or what a dead daemon has left.
Result<void> checkPlace(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return failure(errno, "look at " + path);
  }
  if (!S_ISSOCK(status.st_mode)) return failure(EEXIST, path + " is not a socket; it stays as it is");
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return failure(errno, "make a socket");
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ECONNREFUSED || errno == ENOENT) return {};
    if (errno != EAGAIN) return failure(errno, "see who listens on " + path);  // EAGAIN: somebody does, and is busy
  }
  return failure(EADDRINUSE, path + " (another megaphoned listens there)");
}

Result<gid_t> groupNumber(const std::string& group) {
  if (const auto number = ascii::parseDecimal(group, UINT32_MAX - 1)) return static_cast<gid_t>(*number);
  std::array<char, 16 * 1024> buffer;
  ::group entry{};
  ::group* found = nullptr;
  const int errnum = ::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found) return found->gr_gid;
  return systemError(errnum != 0 ? errnum : ENOENT, "[control] group: there is no group " + group);
}

Result<void> giveTo(const std::string& file, const std::string& group) {
  if (group != "none") {
    const auto number = groupNumber(group);
    if (!number) return number.error();
    if (::chown(file.c_str(), static_cast<uid_t>(-1), *number) != 0)
      return systemError(errno, "[control] group: give " + file + " to " + group + " (are we among its members?)");
  }
  if (::chmod(file.c_str(), group == "none" ? kForOwner : kForGroup) != 0) return failure(errno, "protect " + file);
  return {};
}

}  // namespace

// The socket is made under a name of its own, in a directory that nobody else may enter, and takes its place when it is
// complete: nobody connects before it is protected.
Result<SocketFile> SocketFile::open(const std::string& path, const std::string& group) {
  const auto address = addressOf(path);
  if (!address) return failure(ENAMETOOLONG, path);
  if (auto free = checkPlace(path, *address); !free) return std::move(free.error());
  std::string folder = path.substr(0, path.rfind('/') + 1) + ".XXXXXX";
  if (!::mkdtemp(folder.data())) return failure(errno, "make a socket in the directory of " + path);
  const std::string made = folder + "/s";
  const auto attempt = [&]() -> Result<SocketFile> {
    const auto place = addressOf(made);
    if (!place) return failure(ENAMETOOLONG, made);
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failure(errno, "make a socket");
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&*place), sizeof *place) != 0)
      return failure(errno, "bind " + made);
    if (auto given = giveTo(made, group); !given) return std::move(given.error());
    struct stat status {};
    if (::listen(fd.get(), kBacklog) != 0 || ::lstat(made.c_str(), &status) != 0 ||
        ::rename(made.c_str(), path.c_str()) != 0)
      return failure(errno, "listen on " + path);
    return SocketFile(path, std::move(fd), status.st_dev, status.st_ino);
  };
  auto opened = attempt();
  ::unlink(made.c_str());  // there only after a failure
  ::rmdir(folder.c_str());
  return opened;
}

SocketFile::~SocketFile() {
  struct stat status {};
  if (path_.empty() || ::lstat(path_.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(path_.c_str());
}

}  // namespace megaphone::control
