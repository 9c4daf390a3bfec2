#include "batch.h"

#include <cassert>

namespace megaphone::server {

Batch::Batch() { arena_.reserve(kArena); }

bool Batch::copy(std::string_view bytes) {
  assert(bytes.size() <= kArena);
  if (bytes.empty()) return true;
  if (arena_.size() + bytes.size() > kArena || count_ == kPieces) return false;
  const char* place = arena_.data() + arena_.size();
  arena_.insert(arena_.end(), bytes.begin(), bytes.end());  // never grows beyond what was reserved: pieces stay valid
  return append(place, bytes.size());
}

bool Batch::refer(std::string_view bytes) {
  constexpr std::size_t kWorthAPiece = 2048;  // less is copied sooner than the kernel looks at one piece more
  if (bytes.size() < kWorthAPiece) return copy(bytes);
  return count_ < kPieces && append(bytes.data(), bytes.size());
}

bool Batch::append(const char* data, std::size_t size) {
  if (count_ > 0) {
    iovec& last = pieces_[count_ - 1];
    if (static_cast<const char*>(last.iov_base) + last.iov_len == data) {
      last.iov_len += size;
      return true;
    }
  }
  pieces_[count_++] = {const_cast<char*>(data), size};  // only ever read
  return true;
}

void Batch::clear() {
  arena_.clear();
  count_ = 0;
}

}  // namespace megaphone::server
