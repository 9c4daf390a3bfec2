// The inside of Lane: how an event lies in its ring of bytes.
//
// Bytes leave an eighth of the ring free: that a connection begins or ends is not lost with them.
#pragma once

#include <atomic>
#include <vector>

#include "megaphone/base/byte_ring.h"
#include "megaphone/base/wake.h"
#include "megaphone/capture/lane.h"

namespace megaphone::capture {

// An event together with all that its views look at.
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

  // The pushing thread. False: there is no room, and nothing was taken of the pieces.
  bool push(const Event& event, Pieces& pieces, std::size_t size);
  // The popping thread. False: the ring is empty.
  bool pop(StoredEvent& into);

  alignas(64) Wake* wake = nullptr;  // of the writer
};

}  // namespace megaphone::capture
