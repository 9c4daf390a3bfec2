#include "splice_path.h"

#include <algorithm>

namespace megaphone::server {
namespace {

using Status = uv::Stream::Status;

// A read of this size costs less moved than copied, by measurement; and one read alone says little.
constexpr std::size_t kLarge = std::size_t{16} * 1024;
constexpr std::uint8_t kToOpen = 2;
constexpr std::uint8_t kMost = 8;
constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 30;  // the pipe takes less: as many pages as it has places

}  // namespace

std::unique_ptr<uv::Pipe> PipePool::take() {
  if (lent_ >= most_) return nullptr;
  std::unique_ptr<uv::Pipe> pipe;
  if (free_.empty()) {
    pipe = uv::Pipe::open();
  } else {
    pipe = std::move(free_.back());
    free_.pop_back();
  }
  if (pipe) ++lent_;
  return pipe;
}

void PipePool::giveBack(std::unique_ptr<uv::Pipe> pipe) {
  if (pipe->held() == 0 && free_.size() < kKept) free_.push_back(std::move(pipe));
  if (--lent_ == 0) free_.clear();
}

// Counts up and down, so that a direction whose reads are now large, now small does not change its way all the time.
void SplicePath::judge(std::size_t size) {
  if (size >= kLarge)
    favour_ = std::min<std::uint8_t>(kMost, favour_ + 1);
  else if (favour_ > 0)
    --favour_;
}

void SplicePath::copied(std::size_t size, PipePool& pool) {
  judge(size);
  if (favour_ < kToOpen) return;
  pipe_ = pool.take();
  favour_ = pipe_ ? kMost : 0;
}

SplicePath::Outcome SplicePath::take(uv::Stream& source, std::uint64_t most, PipePool& pool) {
  const Outcome taken = source.moveTo(*pipe_, static_cast<std::size_t>(std::min(most, kAtOnce)));
  if (taken.status == Status::ok) judge(taken.size);
  if (taken.status == Status::blocked && source.mayHaveMore()) close(pool);  // an urgent byte: a copy takes it along
  return taken;
}

SplicePath::Outcome SplicePath::give(uv::Stream& sink, PipePool& pool) {
  const Outcome given = sink.moveFrom(*pipe_);
  if (held() == 0 && (favour_ == 0 || leaving_)) close(pool);
  return given;
}

void SplicePath::leave(PipePool& pool) {
  leaving_ = isOpen();
  if (held() == 0) close(pool);
}

void SplicePath::close(PipePool& pool) {
  favour_ = 0;
  leaving_ = false;
  if (pipe_) pool.giveBack(std::move(pipe_));
}

}  // namespace megaphone::server
