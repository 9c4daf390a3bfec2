#include "outgoing.h"

#include <cassert>
#include <cstring>

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

Outgoing::Status Outgoing::write(uv::Stream& stream, std::span<const iovec> pieces) {
  if (!empty()) {
    keep(pieces, 0);
    return Status::waiting;
  }
  const auto outcome = stream.write(pieces);
  if (outcome.status == uv::Stream::Status::failed) return Status::failed;
  keep(pieces, outcome.size);
  return empty() ? Status::clear : Status::waiting;
}

Outgoing::Status Outgoing::write(uv::Stream& stream, std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};  // only ever read
  return write(stream, {&piece, 1});
}

Outgoing::Status Outgoing::resume(uv::Stream& stream) {
  if (empty()) return Status::clear;
  const iovec piece{waiting_.data() + done_, waiting_.size() - done_};
  const auto outcome = stream.write({&piece, 1});
  if (outcome.status == uv::Stream::Status::failed) return Status::failed;
  done_ += outcome.size;
  if (done_ < waiting_.size()) return Status::waiting;
  drop();
  return Status::clear;
}

void Outgoing::drop() {
  done_ = 0;
  std::string().swap(waiting_);  // memory is held only while something waits
}

void Outgoing::keep(std::span<const iovec> pieces, std::size_t taken) {
  for (const iovec& piece : pieces) {
    const std::size_t skip = std::min(taken, piece.iov_len);
    taken -= skip;
    waiting_.append(static_cast<const char*>(piece.iov_base) + skip, piece.iov_len - skip);
  }
}

}  // namespace megaphone::server
