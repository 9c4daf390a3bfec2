// Session: what lives for one client connection on one loop, and what all sessions of a loop share.
#pragma once

#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "batch.h"
#include "capturing.h"
#include "connect_requests.h"
#include "deadlines.h"
#include "idle_origins.h"
#include "listener_state.h"
#include "load_shedding.h"
#include "loop_buffers.h"
#include "megaphone/base/intrusive_list.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/observe/counters.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/record/live_connection.h"
#include "megaphone/uv/loop.h"
#include "origin_sources.h"

namespace megaphone::server {

// A session owns itself from enter() on: it is in the list of its loop until leave().
class Session : public uv::Deferred, public ListNode<Session>, public Deadlines::Node {
 public:
  // Takes what the client had sent before there was the session. Once, before anything else is read.
  virtual void takeEarly(std::string_view /*bytes*/) {}
  // The daemon is stopping: ends when what is under way has ended.
  virtual void drain() = 0;
  // The loop has new Listeners. What is under way goes on under the old ones; an idle client whose address may not use
  // the listener any more, or whose listener is gone, has to leave.
  virtual void judgeAgain() = 0;
  // Other captures run than before: begins to tell them of this session, goes on, or stops.
  virtual void captureChanged() = 0;
  // Returns since when nothing is under way and another client might have its place; nothing if it is busy, or not a
  // client of the listener that `of` counts (null: of any).
  virtual std::optional<MonoTime> idleSince(const Admissions* /*of*/, MonoTime /*now*/) const { return std::nullopt; }
  // Returns whose connection it is.
  virtual const record::Client& client() const = 0;
  // Returns what it is doing.
  virtual record::LiveConnection live(MonoTime now) const = 0;
  // Ends the session now.
  virtual void cut(Reason reason) = 0;
  // Returns what it is doing, as far as that has come; nothing if nothing would be missed.
  virtual std::optional<record::ExchangeRecord> underWay() const = 0;
  // Returns which gauge counts it while it is there.
  virtual observe::Count countedAs() const { return observe::Count::open; }
  // Returns what counts it on this loop: the counters of its listener. REQUIRES: it has entered the loop.
  observe::Counters& counters() const { return *counters_; }

 private:
  friend struct LoopContext;
  observe::Counters* counters_ = nullptr;
};

// Counts the bytes that have passed since it was called last for this record.
void countTraffic(record::ExchangeRecord& record, observe::Counters& counters);

// Numbers and dates the exchanges of one loop, and numbers its connections.
class LoopEnvironment final : public proxy::Environment {
 public:
  explicit LoopEnvironment(record::ExchangeId before) : lastId_(before), lastConnection_{before} {}
  record::ExchangeId nextId() override { return ++lastId_; }
  record::ConnectionId nextConnection() { return {++lastConnection_.value}; }
  record::ExchangeId idToCome() const { return lastId_ + 1; }
  std::string_view date() override;

 private:
  record::ExchangeId lastId_;
  record::ConnectionId lastConnection_;
  std::time_t second_ = -1;  // of which date_ speaks
  std::string date_;
};

// LoopContext: everything that the sessions of one loop share. The loop's thread only.
struct LoopContext {
  LoopContext(uv::Loop& l, const config::DaemonSettings& limits, connect::ConnectPool& pool, observe::RecordRing& ring,
              record::ExchangeId idBefore, const DescriptorMarks& marks, capture::Lane& lane, IdleTally& tally,
              unsigned i)
      : loop(l),
        deadlines(l),
        capturing(lane),
        connectRequests(l, pool, capturing),
        idleOrigins(l, deadlines, limits, tally, i),
        records(ring),
        environment(idBefore),
        index(i),
        buffers(mostPipes(limits)),
        shedding(l, sessions, idleOrigins, marks) {}
  void change(const config::DaemonSettings& limits) {
    idleOrigins.change(limits);
    buffers.pipes.change(mostPipes(limits));
  }

  uv::Loop& loop;
  Deadlines deadlines;
  Capturing capturing;
  ConnectRequests connectRequests;
  IdleOrigins idleOrigins;
  observe::RecordRing& records;
  LoopEnvironment environment;
  const unsigned index;  // of the loop among all

  LoopBuffers buffers;
  Batch toClient;
  Batch toOrigin;

  // The listeners that are served, and how many times they have changed. Null only before there is a service.
  ListenersPtr listeners;
  std::uint32_t generation = 0;

  IntrusiveList<Session> sessions;
  bool draining = false;
  LoadShedding shedding;
  LoopOriginSources originSources{*this};

  // Takes a new session into the list; from here on it ends by leave(). `counters`: those of its listener on this loop.
  // `early`: for takeEarly().
  void enter(std::unique_ptr<Session> entering, observe::Counters& counters, std::string_view early = {}) {
    Session& session = *entering.release();
    sessions.pushBack(session);
    session.counters_ = &counters;
    counters[session.countedAs()].add();
    if (!early.empty()) session.takeEarly(early);
    if (draining) session.drain();  // it had come before
  }
  // The session's last act: out of the list, and deleted when no call-back is on the stack.
  void leave(Session& session) {
    session.ListNode<Session>::unlink();
    session.counters()[session.countedAs()].subtract();
    deadlines.clear(session);
    loop.deferDelete(std::unique_ptr<uv::Deferred>(&session));
  }
  // Counts and writes what happened, with the time at which it began.
  void write(record::ExchangeRecord& record, observe::Counters& counters);

 private:
  static constexpr std::size_t kMostPipes = 64;
  static std::size_t mostPipes(const config::DaemonSettings& limits) { return limits.splice ? kMostPipes : 0; }
};

}  // namespace megaphone::server
