// The inside of RecordRing: how a record lies in its ring of bytes.
#pragma once

#include <atomic>

#include "megaphone/base/byte_ring.h"
#include "megaphone/base/wake.h"
#include "megaphone/observe/access_log.h"

namespace megaphone::observe {

struct RecordRing::Inside : ByteRing {
  static constexpr std::size_t kMinBytes = 16 * 1024;  // the largest record fits

  explicit Inside(std::size_t bytes);

  // The pushing thread. False: there is no room.
  bool push(const record::ExchangeRecord& record);
  // The popping thread. False: the ring is empty.
  bool pop(record::ExchangeRecord& record);

  // The pushing thread.
  alignas(64) Wake* wake = nullptr;   // of the writer; null: nobody waits
  std::atomic<bool> swallows{false};  // there is no log: records vanish
  std::atomic<std::uint64_t> dropped{0};
};

}  // namespace megaphone::observe
