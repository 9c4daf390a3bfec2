// The inside of RecordRing: a ring of bytes with one pushing and one popping thread, without locks.
//
// `head` and `tail` only grow; a place in the buffer is their value modulo the capacity. A record may lie across the
// end.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>

#include "megaphone/observe/access_log.h"
#include "wake.h"

namespace megaphone::observe {

struct RecordRing::Inside {
  static constexpr std::size_t kMinBytes = 16 * 1024;  // the largest record fits
  static constexpr std::size_t kMaxMethod = 64;
  static constexpr std::size_t kMaxListener = 64;
  static constexpr std::size_t kMaxTarget = 8 * 1024;
  static constexpr std::size_t kMaxDetail = 1024;

  explicit Inside(std::size_t bytes);

  // The pushing thread. False: there is no room.
  bool push(const record::ExchangeRecord& record);
  // Whether the writer should come soon.
  bool fillingUp();

  // The popping thread. False: the ring is empty.
  bool pop(record::ExchangeRecord& record);
  bool hasRecords() const { return head.load(std::memory_order_seq_cst) != tail.load(std::memory_order_relaxed); }
  bool isHalfFull() const {
    return head.load(std::memory_order_seq_cst) - tail.load(std::memory_order_relaxed) > capacity / 2;
  }

  const std::size_t capacity;  // a power of two
  const std::unique_ptr<char[]> bytes;
  Wake* wake = nullptr;   // of the writer; null: nobody waits
  bool swallows = false;  // there is no log: records vanish

  alignas(64) std::atomic<std::uint64_t> head{0};  // the pusher's cache line
  std::uint64_t known_tail = 0;                    // what the pusher last saw of `tail`
  std::atomic<std::uint64_t> dropped{0};
  alignas(64) std::atomic<std::uint64_t> tail{0};  // the popper's

 private:
  void put(std::uint64_t at, const void* from, std::size_t size);
  void get(std::uint64_t at, void* to, std::size_t size) const;
  bool makeRoom(std::size_t size);
};

}  // namespace megaphone::observe
