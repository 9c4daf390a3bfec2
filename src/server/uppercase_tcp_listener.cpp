#include "uppercase_tcp_listener.h"

#include "uppercase_tcp_session.h"

namespace megaphone::server {

std::unique_ptr<Session> UppercaseTcpListenerState::welcome(LoopContext& loop, SocketId socket, UniqueFd fd,
                                                            Admission admission) const {
  return std::make_unique<UppercaseTcpSession>(
      loop, socket, std::static_pointer_cast<const UppercaseTcpListenerState>(shared_from_this()), std::move(fd),
      std::move(admission));
}

}  // namespace megaphone::server
