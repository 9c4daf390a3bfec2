// SplicePath: the fast road of one direction: bytes go by a pipe from stream to stream and are never copied.
//
// It opens after a few large reads in a row, takes a pipe from the loop's pool for as long as much is in flight, and
// can be left whenever its pipe is empty. Whoever uses it copies while it is closed; the bytes are the same.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "megaphone/uv/stream.h"

namespace megaphone::server {

// The pipes of one loop. Some are kept for the next who needs one, as long as any is in use.
class PipePool {
 public:
  // `most`: how many may be out at once; 0 keeps all roads closed.
  explicit PipePool(std::size_t most) : most_(most) {}
  void change(std::size_t most) { most_ = most; }
  // Null: there is none to be had.
  std::unique_ptr<uv::Pipe> take();
  void giveBack(std::unique_ptr<uv::Pipe> pipe);

 private:
  static constexpr std::size_t kKept = 16;  // of each two descriptors

  std::size_t most_;
  std::size_t out_ = 0;
  std::vector<std::unique_ptr<uv::Pipe>> free_;
};

class SplicePath {
 public:
  static constexpr std::uint64_t kWorthIt = 256 * 1024;  // less than this is copied

  enum class Stop : std::uint8_t { source_empty, source_ended, source_failed, sink_full, sink_failed, enough };
  struct Run {
    std::uint64_t moved = 0;  // what has reached the sink
    Stop stop = Stop::enough;
    int errnum = 0;  // of source_failed
  };

  // A read of that size has been copied. Opens the road if it was one of several large ones.
  void copied(std::size_t size, PipePool& pool);
  bool isOpen() const { return pipe_ != nullptr; }
  // Bytes that have left the source and not reached the sink.
  std::size_t held() const { return pipe_ ? pipe_->held() : 0; }
  // Moves what the pipe takes at once, up to `most` bytes with what is held already; then others have their turn.
  // Leaves the road when little comes. REQUIRES: isOpen(); most > 0.
  Run run(uv::Stream& source, uv::Stream& sink, std::uint64_t most, PipePool& pool);
  // Moves what is held; returns false where the sink has failed.
  bool deliver(uv::Stream& sink) { return held() == 0 || sink.moveFrom(*pipe_).status != uv::Stream::Status::failed; }
  // No more is taken from the source: the road closes when what it holds has reached the sink.
  void leave(PipePool& pool);
  // Gives the pipe back; what it holds is lost.
  void close(PipePool& pool);

 private:
  std::unique_ptr<uv::Pipe> pipe_;
  std::uint8_t inARow_ = 0;  // large reads while closed, small ones while open
  bool leaving_ = false;
};

}  // namespace megaphone::server
