#include "address_watch.h"

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <vector>

#include "megaphone/base/error.h"
#include "megaphone/log/log.h"

namespace megaphone::app {
namespace {

constexpr Duration kLookAgain = std::chrono::seconds(1);  // where descriptors or memory were short

// Others can be bound where `ip_nonlocal_bind` is set; then every address counts as ours.
bool mayBeOwn(const IpAddress& address) {
  const UniqueFd fd(::socket(address.isV4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return true;  // not known
  sockaddr_storage storage;
  const socklen_t length = Endpoint{address, 0}.toSockaddr(storage);
  return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) == 0 || errno != EADDRNOTAVAIL;
}

// Nothing if the kernel does not tell; errno says why.
std::optional<std::vector<IpAddress>> interfaceAddresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(list, &::freeifaddrs);
  std::vector<IpAddress> out;
  for (const ifaddrs* each = list; each; each = each->ifa_next) {
    const auto endpoint = each->ifa_addr ? Endpoint::from(each->ifa_addr) : std::nullopt;
    if (endpoint) out.push_back(endpoint->address);
  }
  return out;
}

UniqueFd changesOfAddresses() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd) return {};
  sockaddr_nl groups{};
  groups.nl_family = AF_NETLINK;
  groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) return {};
  return fd;
}

}  // namespace

AddressWatch::AddressWatch(uv::Loop& loop)
    : addresses_(std::make_shared<access::OwnAddresses>(&mayBeOwn)),
      netlink_(changesOfAddresses()),
      again_(loop, [this] { look(); }) {
  if (!netlink_) {
    log::warning("the kernel does not tell this machine's addresses (" +
                 describe(systemError(errno, "open an AF_NETLINK socket")) +
                 "): each destination is tried by binding to it, which takes time");
    return;
  }
  changes_ = uv::Poll(loop, netlink_.get(), [this](bool, bool) { onChange(); });
  changes_.watch(true, false);
  look();
}

void AddressWatch::look() {
  auto found = interfaceAddresses();
  if (found) return addresses_->becomeKnown(std::move(*found));
  addresses_->becomeUnknown();
  again_.start(kLookAgain);
}

// What has changed is not read, but looked at anew: messages can be lost (ENOBUFS).
void AddressWatch::onChange() {
  std::array<char, 64> piece;
  while (::recv(netlink_.get(), piece.data(), piece.size(), MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR) {
  }
  look();
}

}  // namespace megaphone::app
