// LoopWorker: one event loop with its thread, its share of every listener, and all sessions that begin there.
//
// Life: construct (main thread), start, change (any number of times), drain, stop, join, destroy. All but construct
// and join only send mail, from the main thread, and are done in the order in which they are sent. Functions that are
// given (`task`, `onChanged` and the like) are called on the loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "megaphone/base/unique_fd.h"
#include "megaphone/capture/captures.h"
#include "megaphone/config/settings.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/record/exchange_id.h"
#include "megaphone/server/idle_tally.h"
#include "megaphone/server/listeners.h"

namespace megaphone::server {

class Admissions;
struct LoopContext;

// Receives what a loop reports unasked. Called on the loop's thread.
class LoopReports {
 public:
  // It is short of descriptors, or of places of that listener: the other loops should giveWay().
  virtual void onShort(std::shared_ptr<const Admissions> listener) = 0;
  // Idle connections of other loops may be in the way of that request: they should giveWayTo() it.
  virtual void onWaiting(Waiting waiting) = 0;

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
  // Serves these from now on. Sockets that stay go on without a gap; what has arrived at those that go is still
  // accepted. New exchanges are under the new settings; connections that are idle, at either side, are judged again.
  struct Change {
    ListenersPtr listeners;
    std::vector<Opened> opened;
  };

  Result<void> start();
  // Calls task(loop): the questions are in loop_questions.h.
  void run(std::function<void(LoopContext& loop)> task);
  // Closes some of the connections that are idle for longest; with a listener, of its clients.
  void giveWay(std::shared_ptr<const Admissions> listener);
  // Closes connections to an origin that have been idle for a while, for a request that waits for it.
  void giveWayTo(Waiting waiting);
  // `onChanged`: it is in force.
  void change(Change change, std::function<void()> onChanged);
  // Sets whose traffic goes to the lane; null: nobody's. Calls `onCapturing` when it is in force.
  void capture(capture::WantedPtr wanted, std::function<void()> onCapturing);
  // Accepts what has arrived, closes the listeners, lets sessions end what is under way. `onDrained`: the last one has.
  void drain(std::function<void()> onDrained);
  // Ends all sessions and the thread.
  void stop();
  void join();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::server
