// Lane: how one thread tells the capture writer what it sees. Never blocks, never allocates. What finds no room is
// lost, and the next event that finds some says how many. That a leg is gone is said later instead.
#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>

#include "megaphone/capture/event.h"

namespace megaphone::capture {

class Lane {
 public:
  static constexpr std::size_t kBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMostUnsaid = 65'536;  // legs that are gone, of which there was no room to say so

  // `index`: its number among all lanes.
  explicit Lane(std::size_t index);
  ~Lane();

  // --- the pushing thread
  LegId nextLeg() { return ++lastLeg_; }
  // With the time of now, if the event has none. Texts that are too long are cut.
  void push(Event event);
  // The same for the first `size` bytes of the pieces.
  void push(Event event, std::span<const iovec> pieces, std::size_t size);

  struct Inside;
  Inside& inside() { return *inside_; }

 private:
  void sayWhoIsGone();
  bool remember(LegId gone);

  LegId lastLeg_;
  std::uint32_t lost_ = 0;  // and nobody knows yet
  const std::unique_ptr<LegId[]> unsaid_;
  std::size_t unsaidCount_ = 0;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::capture
