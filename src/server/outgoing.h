// Batch and Outgoing: how bytes leave. Content goes out of the place where it was read, by one vectored write; only
// what the kernel does not take is copied.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/uv/stream.h"

namespace megaphone::server {

// Gathers what one side gets in one round. One per side and loop, empty between rounds.
class Batch {
 public:
  Batch();
  // Both answer false when the batch is full: write it, clear() it, and add again.
  bool copy(std::string_view bytes);   // short-lived bytes; REQUIRES: not longer than kArena
  bool refer(std::string_view bytes);  // bytes that live until the batch is written
  std::span<const iovec> pieces() const { return {pieces_.data(), count_}; }
  bool empty() const { return count_ == 0; }
  void clear();

  static constexpr std::size_t kArena = 64 * 1024;

 private:
  static constexpr std::size_t kPieces = 64;
  bool append(const char* data, std::size_t size);

  std::vector<char> arena_;
  std::array<iovec, kPieces> pieces_;
  std::size_t count_ = 0;
};

// What waits for one stream. Bounded because its source is paused while anything waits: at most what one round of
// reading yields.
class Outgoing {
 public:
  enum class Status : std::uint8_t { clear, waiting, failed };

  bool empty() const { return waiting_.empty(); }
  // Writes the pieces behind what waits already, and keeps what is not taken.
  Status write(uv::Stream& stream, std::span<const iovec> pieces);
  Status write(uv::Stream& stream, std::string_view bytes);
  // To be called on onWritable().
  Status resume(uv::Stream& stream);
  void drop();

 private:
  void keep(std::span<const iovec> pieces, std::size_t taken);

  std::string waiting_;
  std::size_t done_ = 0;  // of waiting_, already written
};

}  // namespace megaphone::server
