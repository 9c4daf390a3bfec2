// ByteRing: a bounded ring of bytes between one pushing and one popping thread, without locks. The contents are opaque
// to the ring: records of the access log, events of a capture.
//
// Positions only grow; the index into the buffer is the position modulo the capacity. Contents may wrap around the end.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>

namespace megaphone {

class ByteRing {
 public:
  // Rounds the capacity up to a power of two. Pages are not touched before they are used.
  explicit ByteRing(std::size_t wanted)
      : capacity(std::bit_ceil(wanted)), bytes_(std::make_unique_for_overwrite<char[]>(capacity)) {}

  const std::size_t capacity;

  // --- the pushing thread: calls makeRoom(), put()s from position pushed() on, and publish()es the end
  std::uint64_t pushed() const { return head_.load(std::memory_order_relaxed); }
  // Returns whether `size` bytes are free.
  bool makeRoom(std::size_t size) {
    const std::uint64_t end = pushed() + size;
    if (end - known_tail_ <= capacity) return true;
    known_tail_ = tail_.load(std::memory_order_acquire);
    return end - known_tail_ <= capacity;
  }
  void put(std::uint64_t at, const void* from, std::size_t size) {
    if (size == 0) return;  // `from` may be null, which memcpy does not take
    const std::size_t place = at & (capacity - 1);
    const std::size_t first = std::min(size, capacity - place);
    std::memcpy(bytes_.get() + place, from, first);
    std::memcpy(bytes_.get(), static_cast<const char*>(from) + first, size - first);
  }
  void publish(std::uint64_t end) { head_.store(end, std::memory_order_seq_cst); }
  // Returns whether more than half is used: the popping thread should come soon.
  bool fillingUp() {
    if (pushed() - known_tail_ <= capacity / 2) return false;
    known_tail_ = tail_.load(std::memory_order_acquire);
    return pushed() - known_tail_ > capacity / 2;
  }

  // --- the popping thread: get()s from position popped() on, and release()s everything before a position
  std::uint64_t popped() const { return tail_.load(std::memory_order_relaxed); }
  bool empty() const { return head_.load(std::memory_order_seq_cst) == popped(); }
  // Returns the end of everything that is published now.
  std::uint64_t arrived() const { return head_.load(std::memory_order_acquire); }
  bool isHalfFull() const { return head_.load(std::memory_order_seq_cst) - popped() > capacity / 2; }
  void get(std::uint64_t at, void* to, std::size_t size) const {
    if (size == 0) return;
    const std::size_t place = at & (capacity - 1);
    const std::size_t first = std::min(size, capacity - place);
    std::memcpy(to, bytes_.get() + place, first);
    std::memcpy(static_cast<char*>(to) + first, bytes_.get(), size - first);
  }
  void release(std::uint64_t end) { tail_.store(end, std::memory_order_release); }

 private:
  const std::unique_ptr<char[]> bytes_;
  alignas(64) std::atomic<std::uint64_t> head_{0};  // the pusher's cache line
  std::uint64_t known_tail_ = 0;                    // the value of `tail` that the pusher saw last
  alignas(64) std::atomic<std::uint64_t> tail_{0};  // the popper's
};

}  // namespace megaphone
