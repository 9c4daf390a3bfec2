// Outgoing: bytes that a stream has not accepted yet. The loop's thread only.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/uv/stream.h"

namespace megaphone::uv {

// The write buffer of one stream. Its bound is one round of reading, because the caller pauses the source while the
// buffer is not empty.
class Outgoing {
 public:
  enum class Status : std::uint8_t { clear, waiting, failed };

  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size() - done_; }
  // Writes the pieces after the bytes that already wait, and copies those that the stream does not accept.
  Status write(Stream& stream, std::span<const iovec> pieces);
  Status write(Stream& stream, std::string_view bytes);
  // Writes waiting bytes. To be called on onWritable().
  Status resume(Stream& stream);
  // Discards the waiting bytes.
  void drop();

 private:
  void keep(std::span<const iovec> pieces, std::size_t taken);

  std::string waiting_;
  std::size_t done_ = 0;  // bytes of waiting_ that are written already
};

}  // namespace megaphone::uv
