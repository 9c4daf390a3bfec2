// LoopWorker: one event loop with its thread, its share of every listener, and all sessions that begin there.
//
// Life: construct (main thread), start, change (any number of times), drain, stop, join, destroy. All but construct,
// counters and join only send mail, from the main thread, and are done in the order in which they are sent.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "megaphone/base/unique_fd.h"
#include "megaphone/capture/captures.h"
#include "megaphone/config/settings.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/observe/counters.h"
#include "megaphone/record/live_connection.h"
#include "megaphone/server/idle_tally.h"
#include "megaphone/server/listeners.h"

namespace megaphone::server {

class Admissions;

// The connections of one loop's clients at one moment.
struct Listed {
  std::uint64_t question = 0;                       // which list() it answers
  std::vector<record::LiveConnection> connections;  // the oldest first
  std::uint64_t total = 0;                          // those that are left out included
};

// What a loop tells the main thread; called on the loop's thread.
class LoopReports {
 public:
  virtual void onChanged() = 0;              // once for each change(), when it is in force
  virtual void onCapturing() = 0;            // once for each capture(), when it is in force
  virtual void onDrained() = 0;              // once, when after drain() the last session has ended
  virtual void onListed(Listed listed) = 0;  // once for each list()
  // It is short of descriptors, or of places of that listener: the other loops should giveWay().
  virtual void onShort(std::shared_ptr<const Admissions> listener) = 0;
  // Idle connections of other loops may be in the way of that request: they should giveWayTo() it.
  virtual void onWaiting(Waiting waiting) = 0;
  virtual void onPresent(unsigned loop) = 0;  // once for each ask()

 protected:
  ~LoopReports() = default;
};

class LoopWorker {
 public:
  // `idBefore`: its exchanges count from there. REQUIRES: pool, records, lane, tally and reports outlive the worker.
  LoopWorker(unsigned index, record::ExchangeId idBefore, const config::DaemonSettings& limits,
             connect::ConnectPool& pool, observe::RecordRing& records, capture::Lane& lane, IdleTally& tally,
             LoopReports& reports);
  // REQUIRES: joined, or never started.
  ~LoopWorker();

  // A bound descriptor, of its own, for this loop.
  struct Opened {
    SocketId socket;
    UniqueFd fd;
  };
  // What is served from now on. Sockets that stay go on without a gap; what has arrived at those that go is still
  // accepted. New exchanges are under the new settings; connections that are idle, at either side, are judged again.
  struct Change {
    ListenersPtr listeners;
    std::vector<Opened> opened;
  };

  Result<void> start();
  // Whether it still goes round: onPresent() follows.
  void ask();
  // Any thread, as long as the worker lives.
  const observe::Counters& counters() const;
  // Closes some of the connections that are idle for longest; with a listener, of its clients.
  void giveWay(std::shared_ptr<const Admissions> listener);
  // Closes connections to an origin that have been idle for a while, for a request that waits for it.
  void giveWayTo(Waiting waiting);
  void change(Change change);
  // Whose traffic the lane is told of; null: nobody's.
  void capture(capture::WantedPtr wanted);
  // onListed() follows, with `most` connections at most.
  void list(std::uint64_t question, std::size_t most);
  // Accepts what has arrived, closes the listeners, lets sessions end what is under way.
  void drain();
  // Ends all sessions and the thread.
  void stop();
  void join();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::server
