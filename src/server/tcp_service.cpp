#include "tcp_service.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

#include "megaphone/log/log.h"
#include "proxy_session.h"
#include "uppercase_tcp_session.h"

namespace megaphone::server {
namespace {

constexpr Duration kPause = std::chrono::milliseconds(100);

// Beyond max_connections some more are let in to be told so.
std::uint32_t roomForRefusals(std::uint32_t max) { return max + std::max<std::uint32_t>(16, max / 8); }

template <class State>
TcpService::Judge judgeBy(std::shared_ptr<State> state) {
  return [state](Arrival& arrival) {
    arrival.admission = Admission(state->active);
    arrival.denied = !state->clients.judge(arrival.peer.address).allowed();
    arrival.tooMany = arrival.admission.count() > state->settings.max_connections;
    arrival.farTooMany = arrival.admission.count() > roomForRefusals(state->settings.max_connections);
    if (arrival.tooMany) {
      log::warningSometimes(state->settings.name,
                            state->settings.name + ": max_connections is reached; new clients are refused");
    }
  };
}

}  // namespace

TcpService::TcpService(LoopContext& context, UniqueFd fd, Judge judge, Welcome welcome)
    : judge_(std::move(judge)),
      welcome_(std::move(welcome)),
      pause_(context.loop, [this] { listener_.resume(); }),
      listener_(context.loop, std::move(fd), *this) {}

void TcpService::onAccept(UniqueFd fd, const Endpoint& peer) {
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Arrival arrival{std::move(fd), peer, {}};
  judge_(arrival);
  if (!arrival.farTooMany) welcome_(std::move(arrival));
}

// Waiting clients stay in the backlog until descriptors are free again.
void TcpService::onAcceptFailed(int errnum) {
  log::warningSometimes("accept", describe(systemError(errnum, "accept a client")) + "; waiting clients wait longer");
  listener_.pause();
  pause_.start(kPause);
}

std::unique_ptr<TcpService> makeProxyService(LoopContext& context, std::shared_ptr<ProxyListenerState> state,
                                             UniqueFd fd) {
  auto welcome = [&context, state](Arrival arrival) {
    std::optional<Error> refusal;
    if (arrival.denied) {
      refusal =
          Error{Reason::http_request_denied, Side::daemon, 0, "your address is not among the clients of this proxy"};
    } else if (arrival.tooMany) {
      refusal =
          Error{Reason::connection_limit_reached, Side::daemon, 0, "this proxy has as many clients as it may have"};
    }
    context.enter(std::make_unique<ProxySession>(context, state, std::move(arrival.fd), arrival.peer,
                                                 std::move(arrival.admission), std::move(refusal)));
  };
  return std::make_unique<TcpService>(context, std::move(fd), judgeBy(state), std::move(welcome));
}

std::unique_ptr<TcpService> makeUppercaseTcpService(LoopContext& context,
                                                    std::shared_ptr<UppercaseTcpListenerState> state, UniqueFd fd) {
  auto welcome = [&context, state](Arrival arrival) {
    if (arrival.denied || arrival.tooMany) return;  // closed unheard
    context.enter(std::make_unique<UppercaseTcpSession>(context, state, std::move(arrival.fd), arrival.peer,
                                                        std::move(arrival.admission)));
  };
  return std::make_unique<TcpService>(context, std::move(fd), judgeBy(state), std::move(welcome));
}

}  // namespace megaphone::server
