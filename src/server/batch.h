// Batch: what one side gets in one round, gathered. Content goes out of the place where it was read, by one vectored
// write; only what the kernel does not take is copied (uv::Outgoing).
#pragma once

#include <sys/uio.h>

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace megaphone::server {

// One per side and loop, empty between rounds.
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

}  // namespace megaphone::server
