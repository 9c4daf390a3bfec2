// Lane::Inside: the layout of events in a lane's ring. Private to capture.
//
// Events with bytes leave an eighth of the ring free, so that the begin and the end of a connection still fit.
#pragma once

#include <atomic>
#include <vector>

#include "megaphone/base/byte_ring.h"
#include "megaphone/base/wake.h"
#include "megaphone/capture/lane.h"

namespace megaphone::capture {

// An event with the memory that its views refer to.
struct StoredEvent {
  StoredEvent() = default;
  explicit StoredEvent(const Event& from);
  StoredEvent(StoredEvent&&) noexcept = default;  // a vector that moves keeps its place: views stay valid
  StoredEvent& operator=(StoredEvent&&) noexcept = default;
  StoredEvent(const StoredEvent&) = delete;
  StoredEvent& operator=(const StoredEvent&) = delete;

  Event event;
  std::vector<char> storage;
};

// Bytes in pieces, taken from the front.
class Pieces {
 public:
  explicit Pieces(std::span<const iovec> pieces) : rest_(pieces) {}

  // Calls `visit(bytes, size)` for each part of the next `size` bytes. REQUIRES: there are as many.
  template <class Visit>
  void take(std::size_t size, Visit&& visit) {
    while (size > 0) {
      const iovec& piece = rest_.front();
      const std::size_t part = std::min(size, piece.iov_len - used_);
      visit(static_cast<const char*>(piece.iov_base) + used_, part);
      size -= part;
      used_ += part;
      if (used_ < piece.iov_len) continue;
      rest_ = rest_.subspan(1);
      used_ = 0;
    }
  }

 private:
  std::span<const iovec> rest_;
  std::size_t used_ = 0;  // of the first piece
};

struct Lane::Inside : ByteRing {
  static constexpr std::size_t kLongestName = 255;
  static constexpr std::size_t kLongestText = 1024;

  using ByteRing::ByteRing;

  // Pushes an event. Returns false if it does not fit; nothing is then taken from the pieces. The pushing thread only.
  bool push(const Event& event, Pieces& pieces, std::size_t size);
  // Pops an event. Returns false if the ring is empty. The popping thread only.
  bool pop(StoredEvent& into);

  alignas(64) Wake* wake = nullptr;  // of the writer
};

}  // namespace megaphone::capture
