// SplicePath: moves the bytes of one direction through a pipe from stream to stream, without copying them (splice(2)).
//
// It opens when reads are large, with a pipe from the loop's pool, closes when they are small again, and can be left
// whenever its pipe is empty. While it is closed its user copies; the bytes are the same. The loop's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "megaphone/uv/stream.h"

namespace megaphone::server {

// Lends the pipes of one loop. Keeps some that came back, as long as any is in use.
class PipePool {
 public:
  // `most`: how many may be lent at once; 0: none, so that all paths stay closed.
  explicit PipePool(std::size_t most) : most_(most) {}
  void change(std::size_t most) { most_ = most; }
  // Returns null if there is none to be had.
  std::unique_ptr<uv::Pipe> take();
  void giveBack(std::unique_ptr<uv::Pipe> pipe);

 private:
  static constexpr std::size_t kKept = 16;  // of two descriptors each

  std::size_t most_;
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<uv::Pipe>> free_;
};

class SplicePath {
 public:
  using Outcome = uv::Stream::Outcome;
  static constexpr std::uint64_t kWorthIt = std::uint64_t{256} * 1024;  // bytes still to come; fewer are copied

  // Opens the path if this read, which has been copied, and those before it were large. REQUIRES: it is closed.
  void copied(std::size_t size, PipePool& pool);
  bool isOpen() const { return pipe_ != nullptr; }
  // Returns the bytes that have left the source and not reached the sink.
  std::size_t held() const { return pipe_ ? pipe_->held() : 0; }
  // Moves at most `most` bytes from the source into the pipe: what it takes at once, then others have their turn.
  // Closes the path if the source has something that cannot be moved. REQUIRES: isOpen(); held() is 0; most is not 0.
  Outcome take(uv::Stream& source, std::uint64_t most, PipePool& pool);
  // Moves what is held to the sink; the rest waits for the sink's onWritable(). Closes the path behind the last byte if
  // it does not pay. REQUIRES: held() is not 0.
  Outcome give(uv::Stream& sink, PipePool& pool);
  // Closes the path as soon as all that it holds has reached the sink.
  void leave(PipePool& pool);
  // Gives the pipe back; what it holds is lost.
  void close(PipePool& pool);

 private:
  void judge(std::size_t size);

  std::unique_ptr<uv::Pipe> pipe_;
  std::uint8_t favour_ = 0;  // how far large reads outnumber small ones
  bool leaving_ = false;
};

}  // namespace megaphone::server
