// Outgoing: what a stream has not taken yet.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/uv/stream.h"

namespace megaphone::uv {

// What waits for one stream. Bounded because its source is paused while anything waits: at most what one round of
// reading yields.
class Outgoing {
 public:
  enum class Status : std::uint8_t { clear, waiting, failed };

  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size() - done_; }
  // Writes the pieces behind what waits already, and keeps what is not taken.
  Status write(Stream& stream, std::span<const iovec> pieces);
  Status write(Stream& stream, std::string_view bytes);
  // To be called on onWritable().
  Status resume(Stream& stream);
  void drop();

 private:
  void keep(std::span<const iovec> pieces, std::size_t taken);

  std::string waiting_;
  std::size_t done_ = 0;  // of waiting_, already written
};

}  // namespace megaphone::uv
