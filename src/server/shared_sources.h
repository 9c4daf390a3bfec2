// SharedSources: what all loops together remember of who speaks to an uppercase UDP listener: its limits hold for the
// listener, however many loops and addresses it has. Any thread.
#pragma once

#include <memory>
#include <mutex>

#include "megaphone/uppercase/source_table.h"

namespace megaphone::server {

class SharedSources {
 public:
  SharedSources(const uppercase::SourceTable::Limits& limits, std::uint64_t key) : table_(limits, key) {}

  uppercase::SourceTable::Verdict judge(const Endpoint& source, std::span<const char> payload, bool unchanged,
                                        MonoTime now) {
    const std::lock_guard lock(mutex_);
    return table_.judge(source, payload, unchanged, now);
  }

 private:
  std::mutex mutex_;
  uppercase::SourceTable table_;  // guarded by it
};

}  // namespace megaphone::server
