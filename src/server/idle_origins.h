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
#include "megaphone/uv/stream.h"

namespace megaphone::server {

class IdleOrigins final : private Deadlines::Node {
 public:
  IdleOrigins(uv::Loop& loop, Deadlines& deadlines, const config::Daemon& limits);
  ~IdleOrigins();

  struct Taken {
    uv::Stream stream;  // reading is on; the taker sets its sink
    Endpoint endpoint;
  };
  // The connection is there and has said nothing at this moment.
  std::optional<Taken> take(std::string_view key, proxy::Reuse reuse,
                            const std::function<bool(const Endpoint&)>& judge);
  // REQUIRES: all that was sent has been written, and the answer to it has been read to its end.
  void keep(std::string_view key, const Endpoint& endpoint, uv::Stream stream);
  void closeAll();
  // Since when the one that is idle for longest is so.
  std::optional<MonoTime> oldest() const { return pool_.oldest(); }
  void closeOldest();
  // No capture is told of them any more.
  void forgetWitnesses();
  // Closes those whose address `judge` does not allow any more.
  void judgeAgain(const std::function<bool(const Endpoint&)>& judge);
  void change(const config::Daemon& limits);

 private:
  class Slot;
  void onDeadline(MonoTime now) override;
  void died(proxy::OriginPool::Id id);
  void setDeadline();

  uv::Loop& loop_;
  Deadlines& deadlines_;
  proxy::OriginPool pool_;
  std::vector<std::unique_ptr<Slot>> slots_;  // by the pool's id
};

}  // namespace megaphone::server
