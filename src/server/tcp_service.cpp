#include "tcp_service.h"

#include <algorithm>

#include "megaphone/log/log.h"

namespace megaphone::server {
namespace {

using observe::Count;

constexpr Duration kPause = std::chrono::milliseconds(100);
constexpr const char* kUsedUp = "the descriptors are used up";

Standing standingOf(const TcpListenerState& state, const Admissions::Admitted& asked) {
  const TcpListenerState::Limits& most = state.limits;
  if (!state.clients.judge(asked.admission.client().address()).allowed()) return Standing::denied;
  if (most.ofOneAddress < most.clients && asked.ofClient > most.ofOneAddress) return Standing::greedy;
  return asked.total > most.clients ? Standing::too_many : Standing::welcome;
}

// Accepted connections inherit the options: one call for all of them.
UniqueFd prepared(UniqueFd listening) {
  uv::prepareListening(listening.get());
  return listening;
}

}  // namespace

TcpService::TcpService(LoopContext& context, SocketId socket, UniqueFd fd)
    : context_(context),
      socket_(socket),
      arrivals_(context.loop, context.deadlines, {}, *this),
      pause_(context.loop, [this] { onTime(); }),
      listener_(context.loop, prepared(std::move(fd)), *this) {}

std::unique_ptr<Service> TcpListenerState::serve(LoopContext& loop, SocketId socket, UniqueFd fd) const {
  return std::make_unique<TcpService>(loop, socket, std::move(fd));
}

std::unique_ptr<Session> TcpListenerState::refuse(LoopContext&, SocketId, UniqueFd, record::Client, Standing) const {
  return nullptr;
}

bool TcpService::serveAsConfigured() {
  auto now = context_.listeners->inside().find<TcpListenerState>(socket_);
  if (!now) return false;  // what has arrived still comes to what was served
  state_ = std::move(now);
  return true;
}

void TcpService::onAccept(UniqueFd fd, const Endpoint& peer) {
  record::Client client = record::Client::at(peer);
  client.connection = context_.environment.nextConnection();
  arrivals_.begin(std::move(fd), std::move(client), {});  // no listener has a stage
}

void TcpService::onArrived(UniqueFd fd, record::Client client, std::string_view early) {
  Admissions::Admitted asked = state_->admissions->admit(std::move(client));
  Standing standing = standingOf(*state_, asked);
  if (standing == Standing::too_many && state_->makePlace(context_)) standing = Standing::welcome;
  if (standing == Standing::too_many)
    log::warningSometimes(name(), name() + ": max_connections is reached; new clients are refused");
  standing = roomFor(fd.get(), standing);
  const bool welcome = standing == Standing::welcome;
  counters()[welcome ? Count::accepted : Count::refused].add();
  auto session = welcome ? state_->welcome(context_, socket_, std::move(fd), std::move(asked.admission))
                         : state_->refuse(context_, socket_, std::move(fd), asked.admission.client(), standing);
  if (session) context_.enter(std::move(session), counters(), early);
}

// Where clients need origins, too, one that would take the last descriptors is told so. Elsewhere this one is in, and
// who comes behind it waits.
Standing TcpService::roomFor(int fd, Standing standing) {
  const bool hasRoom = context_.shedding.hasRoomFor(fd);
  if (state_->kind.dials ? context_.shedding.isLast(fd) : !hasRoom) waitForRoom(kUsedUp);
  return state_->kind.dials && !hasRoom && standing == Standing::welcome ? Standing::no_room : standing;
}

void TcpService::onTurnedAway(const record::Client& client, const Error& error) {
  counters()[Count::refused].add();
  log::infoSometimes(name() + " arrival", name() + ": " + client.peer().text() + " did not get in: " + describe(error));
}

bool TcpService::finish() {
  if (listener_ && !listener_.finish()) return false;
  return arrivals_.size() == 0;
}

void TcpService::onAcceptFailed(int errnum) {
  context_.shedding.makeRoom();
  waitForRoom(describe(systemError(errnum, "accept a client")));
}

// Waiting clients stay in the backlog until descriptors are free again.
void TcpService::waitForRoom(const std::string& why) {
  log::warningSometimes("accept", why + "; waiting clients wait longer");
  listener_.pause();
  pause_.start(kPause);
}

void TcpService::onTime() {
  if (context_.shedding.hasRoom()) return listener_.resume();
  context_.shedding.makeRoom();
  pause_.start(kPause);
}

}  // namespace megaphone::server
