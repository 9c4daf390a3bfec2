#include "megaphone/server/loop_questions.h"

#include "session.h"

namespace megaphone::server {

Listed list(LoopContext& loop, std::size_t most) {
  Listed listed;
  const MonoTime now = loop.loop.now();
  loop.sessions.forEach([&](const Session& session) {
    if (++listed.total > most) return;
    listed.connections.push_back(session.live(now));
    listed.connections.back().connection = session.client().connection;
  });
  for (record::LiveConnection& each : listed.connections) each.record.began = wallNow() - each.age;
  return listed;
}

}  // namespace megaphone::server
