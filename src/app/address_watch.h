// AddressWatch: finds out the addresses of this machine's interfaces, at the start and whenever the kernel tells of a
// change (rtnetlink(7)). Main thread; what it fills is read by all.
#pragma once

#include <memory>

#include "megaphone/access/own_addresses.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/handles.h"

namespace megaphone::app {

class AddressWatch {
 public:
  // Where the kernel does not tell (AF_NETLINK is forbidden), says so in the log; each address is then tried by binding
  // to it.
  explicit AddressWatch(uv::Loop& loop);

  const std::shared_ptr<access::OwnAddresses>& addresses() const { return addresses_; }

 private:
  void look();
  void onChange();

  const std::shared_ptr<access::OwnAddresses> addresses_;
  UniqueFd netlink_;
  uv::Poll changes_;
  uv::Timer again_;
};

}  // namespace megaphone::app
