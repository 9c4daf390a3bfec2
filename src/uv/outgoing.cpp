#include "megaphone/uv/outgoing.h"

#include <algorithm>

namespace megaphone::uv {

Outgoing::Status Outgoing::write(Stream& stream, std::span<const iovec> pieces) {
  if (!empty()) {
    keep(pieces, 0);
    return Status::waiting;
  }
  const auto outcome = stream.write(pieces);
  if (outcome.status == Stream::Status::failed) return Status::failed;
  keep(pieces, outcome.size);
  return empty() ? Status::clear : Status::waiting;
}

Outgoing::Status Outgoing::write(Stream& stream, std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};  // only ever read
  return write(stream, {&piece, 1});
}

Outgoing::Status Outgoing::resume(Stream& stream) {
  if (empty()) return Status::clear;
  const iovec piece{waiting_->bytes.data() + waiting_->written, size()};
  const auto outcome = stream.write({&piece, 1});
  if (outcome.status == Stream::Status::failed) return Status::failed;
  waiting_->written += outcome.size;
  if (size() > 0) return Status::waiting;
  drop();
  return Status::clear;
}

void Outgoing::keep(std::span<const iovec> pieces, std::size_t taken) {
  for (const iovec& piece : pieces) {
    const std::size_t skip = std::min(taken, piece.iov_len);
    taken -= skip;
    if (skip == piece.iov_len) continue;
    if (!waiting_) waiting_ = std::make_unique<Waiting>();
    waiting_->bytes.append(static_cast<const char*>(piece.iov_base) + skip, piece.iov_len - skip);
  }
}

}  // namespace megaphone::uv
