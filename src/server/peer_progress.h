// PeerProgress: whether a peer takes what is on its way to it.
//
// A socket that has no room says so again when a third of its buffer is free. A peer that reads slowly and steadily may
// need many minutes for that, so it is judged by what it acknowledges.
#pragma once

#include <cstddef>
#include <cstdint>

#include "megaphone/uv/stream.h"

namespace megaphone::server {

class PeerProgress {
 public:
  // Returns whether the peer has acknowledged bytes since the last look; the first look at bytes that wait counts as
  // that, too. `waiting`: those that the stream has not taken yet. One ioctl(2).
  bool look(const uv::Stream& stream, std::size_t waiting) {
    const auto now = static_cast<std::uint32_t>((stream ? stream.unsent() : 0) + waiting);
    const bool moved = now != outstanding_;
    outstanding_ = now;
    return moved;
  }
  // Returns whether all had been acknowledged at the last look.
  bool tookAll() const { return outstanding_ == 0; }

 private:
  std::uint32_t outstanding_ = 0;  // no socket has buffers of 4 GiB
};

}  // namespace megaphone::server
