#include "notify.h"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "environment.h"

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

NotifySocket::NotifySocket() {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || (path[0] != '/' && path[0] != '@')) return;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address_.sun_path) return;
  address_.sun_family = AF_UNIX;
  std::memcpy(address_.sun_path, path, length);
  if (path[0] == '@') address_.sun_path[0] = '\0';  // the abstract namespace
  size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  fd_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

NotifySocket::Sent NotifySocket::send(std::string_view state) const {
  if (!fd_) return Sent::never;
  const auto* address = reinterpret_cast<const sockaddr*>(&address_);
  if (::sendto(fd_.get(), state.data(), state.size(), MSG_NOSIGNAL, address, size_) >= 0) return Sent::yes;
  return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ? Sent::no_room : Sent::never;
}

}  // namespace megaphone::app
