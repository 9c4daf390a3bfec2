// IdleOrigins: holds the streams of the connections in the OriginPool, and watches them: one that ends, or speaks
// unasked, is closed and serves nobody.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "deadlines.h"
#include "megaphone/config/settings.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/proxy/origin_pool.h"
#include "megaphone/server/idle_tally.h"
#include "megaphone/uv/stream.h"

namespace megaphone::server {

class IdleOrigins final : private Deadlines::Node {
 public:
  // `index`: of the loop in the tally.
  IdleOrigins(uv::Loop& loop, Deadlines& deadlines, const config::DaemonSettings& limits, IdleTally& tally,
              unsigned index);
  ~IdleOrigins();

  using Connection = proxy::OriginPool::Connection;
  using Owner = proxy::OriginPool::Session;
  struct Taken {
    uv::Stream stream;  // reading is on; the taker sets its sink
    Connection connection;
  };
  // Takes a connection that is open and silent at this moment; nothing if there is none.
  std::optional<Taken> take(std::string_view key, proxy::Reuse reuse, Owner owner,
                            const std::function<bool(const Endpoint&)>& judge);
  // REQUIRES: all that was sent has been written, and the answer to it has been read to its end. An owner that
  // has kept connections with a bond must forget() them when it ends.
  void keep(std::string_view key, const Connection& connection, uv::Stream stream);
  // Closes the connections that are bound to the owner.
  void forget(Owner owner);
  // Asks the other loops to giveWayTo(). Called at most every few milliseconds.
  using Ask = std::function<void(const Waiting& waiting)>;
  void askOthersBy(Ask ask) { ask_ = std::move(ask); }
  // Closes what may be in the way of a request that has waited for OriginPool::kPatience, here and on the other loops.
  // To be called again as long as it waits: other connections may become idle.
  void letPass(const Waiting& waiting);
  // Does the same on this loop alone.
  void giveWayTo(const Waiting& waiting);
  void closeAll();
  // Returns since when the one that is idle for longest has been idle.
  std::optional<MonoTime> oldest() const { return pool_.oldest(); }
  void closeOldest();
  // Takes their witnesses away: captures hear of them no more.
  void forgetWitnesses();
  // Closes the connections whose address `judge` does not allow any more.
  void judgeAgain(const std::function<bool(const Endpoint&)>& judge);
  void change(const config::DaemonSettings& limits);

 private:
  class Slot;
  void onDeadline(MonoTime now) override;
  void died(proxy::OriginPool::Id id);
  void close(proxy::OriginPool::Id id);
  void setDeadline();

  uv::Loop& loop_;
  Deadlines& deadlines_;
  proxy::OriginPool pool_;
  IdleTally& tally_;
  const unsigned index_;
  Ask ask_;
  MonoTime askAgain_{};
  std::vector<std::unique_ptr<Slot>> slots_;  // by the pool's id
};

}  // namespace megaphone::server
