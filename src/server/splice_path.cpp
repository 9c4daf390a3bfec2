#include "splice_path.h"

#include <algorithm>

namespace megaphone::server {
namespace {

constexpr std::size_t kLarge = 32 * 1024;
constexpr std::uint8_t kLargeToOpen = 2;
constexpr std::uint8_t kSmallToLeave = 8;
constexpr std::uint64_t kAtOnce = std::uint64_t{1} << 30;  // the pipe takes less: as many pages as it has places

}  // namespace

std::unique_ptr<uv::Pipe> PipePool::take() {
  if (out_ >= most_) return nullptr;
  std::unique_ptr<uv::Pipe> pipe;
  if (free_.empty()) {
    pipe = uv::Pipe::open();
  } else {
    pipe = std::move(free_.back());
    free_.pop_back();
  }
  if (pipe) ++out_;
  return pipe;
}

void PipePool::giveBack(std::unique_ptr<uv::Pipe> pipe) {
  if (pipe->held() == 0 && free_.size() < kKept) free_.push_back(std::move(pipe));
  if (--out_ == 0) free_.clear();
}

void SplicePath::copied(std::size_t size, PipePool& pool) {
  inARow_ = size >= kLarge ? static_cast<std::uint8_t>(inARow_ + 1) : std::uint8_t{0};
  if (inARow_ < kLargeToOpen) return;
  inARow_ = 0;
  pipe_ = pool.take();
}

SplicePath::Run SplicePath::run(uv::Stream& source, uv::Stream& sink, std::uint64_t most, PipePool& pool) {
  using Status = uv::Stream::Status;
  Run run;
  if (pipe_->held() == 0) {
    const auto in = source.moveTo(*pipe_, static_cast<std::size_t>(std::min(most, kAtOnce)));
    if (in.status != Status::ok) {
      run.stop = in.status == Status::blocked ? Stop::source_empty
                 : in.status == Status::ended ? Stop::source_ended
                                              : Stop::source_failed;
      run.errnum = in.errnum;
      // What is there does not go by a pipe: a copy takes it past.
      if (run.stop == Stop::source_empty && source.mayHaveMore()) close(pool);
      return run;
    }
    inARow_ = in.size < kLarge ? static_cast<std::uint8_t>(inARow_ + 1) : std::uint8_t{0};
  }
  const auto out = sink.moveFrom(*pipe_);
  run.moved = out.size;
  if (out.status == Status::failed || pipe_->held() > 0) {
    run.stop = out.status == Status::failed ? Stop::sink_failed : Stop::sink_full;
    return run;
  }
  if (inARow_ >= kSmallToLeave || leaving_) close(pool);
  return run;
}

void SplicePath::leave(PipePool& pool) {
  leaving_ = isOpen();
  if (held() == 0) close(pool);
}

void SplicePath::close(PipePool& pool) {
  inARow_ = 0;
  leaving_ = false;
  if (pipe_) pool.giveBack(std::move(pipe_));
}

}  // namespace megaphone::server
