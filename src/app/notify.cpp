#include "notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "environment.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::app {
bool isSupervised() {
  const char* path = std::getenv("NOTIFY_SOCKET");
  return path && *path;
}

std::optional<Duration> watchdogPatience() {
  if (std::getenv("WATCHDOG_PID") && !namesThisProcess("WATCHDOG_PID")) return std::nullopt;
  const auto patience = environmentNumber("WATCHDOG_USEC");
  if (!patience || *patience == 0 || *patience > INT64_MAX / 1000) return std::nullopt;
  return std::chrono::microseconds(*patience);
}

bool notify(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || (path[0] != '/' && path[0] != '@')) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';  // the abstract namespace
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  return ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size) ==
         static_cast<ssize_t>(state.size());
}

}  // namespace megaphone::app
