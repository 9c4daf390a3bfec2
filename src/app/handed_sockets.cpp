#include "handed_sockets.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "environment.h"

namespace megaphone::app {
namespace {

constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
constexpr std::uint64_t kMost = 1024;
constexpr const char* kUnnamed = "unknown";  // as libsystemd calls it

// The n-th name of a list with colons in between.
std::string nameAt(std::string_view names, std::size_t n) {
  for (; n > 0 && !names.empty(); --n) {
    const std::size_t colon = names.find(':');
    names.remove_prefix(colon == std::string_view::npos ? names.size() : colon + 1);
  }
  names = names.substr(0, names.find(':'));
  return names.empty() ? kUnnamed : std::string(names);
}

int option(int fd, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

std::optional<Transport> transportOf(int fd) {
  const int type = option(fd, SO_TYPE);
  if (type == SOCK_STREAM && option(fd, SO_ACCEPTCONN) == 1) return Transport::tcp;
  if (type == SOCK_DGRAM) return Transport::udp;
  return std::nullopt;
}

config::HandedSocket describe(int fd, std::string name) {
  config::HandedSocket socket{std::move(name), std::nullopt, {}};
  const auto address = Endpoint::local(fd);
  if (!address || address->port == 0) return socket;  // of another family, or not bound
  socket.address = *address;
  socket.transport = transportOf(fd);
  return socket;
}

}  // namespace

HandedSockets HandedSockets::take() {
  HandedSockets out;
  const auto count = environmentNumber("LISTEN_FDS");
  const char* names = std::getenv("LISTEN_FDNAMES");
  if (count && *count <= kMost && namesThisProcess("LISTEN_PID")) {
    out.told_ = true;
    for (int i = 0; i < static_cast<int>(*count); ++i) {
      const int fd = kFirst + i;
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
      ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
      out.sockets_.push_back(describe(fd, nameAt(names ? names : "", static_cast<std::size_t>(i))));
      out.fds_.emplace_back(fd);
    }
  }
  for (const char* variable : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"}) ::unsetenv(variable);
  return out;
}

bool HandedSockets::anyoneWaits() const {
  return std::any_of(fds_.begin(), fds_.end(), [](const UniqueFd& fd) {
    pollfd waiting{fd.get(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
  });
}

Result<std::vector<UniqueFd>> HandedSockets::copies(std::size_t index, unsigned count) const {
  std::vector<UniqueFd> out;
  for (unsigned i = 0; i < count; ++i) {
    out.emplace_back(::fcntl(fds_[index].get(), F_DUPFD_CLOEXEC, 0));
    if (!out.back()) return systemError(errno, "copy the socket " + sockets_[index].name + " of systemd");
  }
  return out;
}

}  // namespace megaphone::app
