// Outgoing: bytes that a stream has not accepted yet. The size of a pointer while there are none. The loop's thread
// only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "megaphone/uv/stream.h"

namespace megaphone::uv {

// The write buffer of one stream. Its bound is one round of reading, because the caller pauses the source while the
// buffer is not empty.
class Outgoing {
 public:
  enum class Status : std::uint8_t { clear, waiting, failed };

  bool empty() const { return waiting_ == nullptr; }
  std::size_t size() const { return waiting_ ? waiting_->bytes.size() - waiting_->written : 0; }
  // Writes the pieces after the bytes that already wait, and copies those that the stream does not accept.
  Status write(Stream& stream, std::span<const iovec> pieces);
  Status write(Stream& stream, std::string_view bytes);
  // Writes waiting bytes. To be called on onWritable().
  Status resume(Stream& stream);
  // Discards the waiting bytes.
  void drop() { waiting_.reset(); }

 private:
  struct Waiting {
    std::string bytes;
    std::size_t written = 0;  // of bytes, from the front
  };
  void keep(std::span<const iovec> pieces, std::size_t taken);

  std::unique_ptr<Waiting> waiting_;  // null: no bytes
};

}  // namespace megaphone::uv
