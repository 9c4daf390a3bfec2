#include "origin_sources.h"

#include "session.h"

namespace megaphone::server {

std::optional<IdleOrigins::Taken> LoopOriginSources::take(std::string_view key, proxy::Reuse reuse, Owner owner,
                                                          const Judge& judge) {
  return context_.idleOrigins.take(key, reuse, owner, judge);
}
void LoopOriginSources::keep(std::string_view key, const IdleOrigins::Connection& connection, uv::Stream stream) {
  context_.idleOrigins.keep(key, connection, std::move(stream));
}
void LoopOriginSources::forget(Owner owner) { context_.idleOrigins.forget(owner); }
void LoopOriginSources::letPass(const Waiting& waiting) { context_.idleOrigins.letPass(waiting); }
bool LoopOriginSources::keeps() const { return !context_.draining; }

Result<connect::JobId> LoopOriginSources::connect(connect::Job job, ConnectRequester& requester) {
  return context_.connectRequests.ask(std::move(job), requester);
}
void LoopOriginSources::cancel(connect::JobId id) { context_.connectRequests.cancel(id); }

bool LoopOriginSources::hasRoomFor(int fd) { return context_.shedding.hasRoomFor(fd); }
bool LoopOriginSources::makeRoom() { return context_.shedding.makeRoom(); }

}  // namespace megaphone::server
