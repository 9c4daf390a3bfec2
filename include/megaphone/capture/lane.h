// Lane: a bounded ring through which one thread passes events to the capture writer. Never blocks, never allocates.
// Events that do not fit are lost, and the next event that fits carries their number. `gone` events are not lost but
// delayed.
#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>

#include "megaphone/capture/event.h"

namespace megaphone::capture {

class Lane {
 public:
  static constexpr std::size_t kBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMostUnsaid = 65'536;  // most delayed `gone` events

  // `index`: the lane's number; makes its leg ids unique over all lanes.
  explicit Lane(std::size_t index);
  ~Lane();

  // --- the pushing thread
  LegId nextLeg() { return ++lastLeg_; }
  // Pushes an event; sets its time to now if it has none. Cuts texts that are too long.
  void push(Event event);
  // Does the same with the first `size` bytes of the pieces as the event's bytes.
  void push(Event event, std::span<const iovec> pieces, std::size_t size);

  struct Inside;
  Inside& inside() { return *inside_; }

 private:
  void sayWhoIsGone();
  bool remember(LegId gone);

  LegId lastLeg_;
  std::uint32_t lost_ = 0;  // events lost since the last one that fitted
  const std::unique_ptr<LegId[]> unsaid_;
  std::size_t unsaidCount_ = 0;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::capture
