// Deadlines: one coarse wheel per loop on one timer. A deadline costs its owner a list node, and moving one into the
// future costs a store: a node is looked at again when its slot comes up.
//
// A deadline fires up to kTick late and never early. An empty wheel costs no CPU.
#pragma once

#include <array>
#include <cstdint>

#include "megaphone/base/intrusive_list.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/uv/handles.h"

namespace megaphone::server {

class Deadlines {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds(100);

  // Something with a deadline. The wheel forgets a node before it calls it.
  class Node : public ListNode<Node> {
   public:
    virtual void onDeadline(MonoTime now) = 0;

   protected:
    virtual ~Node() = default;

   private:
    friend class Deadlines;
    MonoTime at_{};
    std::int64_t slotTick_ = 0;
  };

  explicit Deadlines(uv::Loop& loop);

  void set(Node& node, MonoTime at);
  void clear(Node& node) { node.unlink(); }

 private:
  static constexpr std::size_t kSlots = 1024;  // 102 s; what is later waits in the last slot and is looked at again

  std::int64_t tickOf(MonoTime at) const { return at.time_since_epoch() / kTick + 1; }
  void insert(Node& node, MonoTime now);
  void turn();
  void startTimer(MonoTime now);

  uv::Loop& loop_;
  uv::Timer timer_;
  std::array<IntrusiveList<Node>, kSlots> slots_;
  std::array<std::uint64_t, kSlots / 64> occupied_{};
  std::int64_t doneTick_ = 0;   // all slots up to this one are empty
  std::int64_t timerTick_ = 0;  // the timer wakes us then; 0: it does not run
};

}  // namespace megaphone::server
