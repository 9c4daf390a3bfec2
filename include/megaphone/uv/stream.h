// Stream: a connected, non-blocking stream socket on a loop. Reads, writes and shutdown are made by the owner; the loop
// says when they are worth making.
//
// Pausing and resuming cost no system call, so a full buffer on one side may pause the other as often as it likes
// (docs/decisions/0003-edge-triggered-streams.md).
#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>
#include <string_view>

#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/pipe.h"

namespace megaphone::uv {

// Whom a Stream tells. The sink may destroy the stream inside any of these.
class StreamSink {
 public:
  // There may be something to read: bytes, the end, or an error. Called again in the next round for as long as reading
  // is on and the last read() did not find the socket empty.
  virtual void onReadable() = 0;
  // A write that was cut short, or awaitWritable(), may go on. Called once for each.
  virtual void onWritable() = 0;
  // The peer has reset the connection. Told only while reading is paused: else read() tells it.
  virtual void onReset() {}
  // The turn that was asked for by askForTurn().
  virtual void onTurn() {}

 protected:
  ~StreamSink() = default;
};

// Who is told of all that passes through a stream, as it passes: a capture. It may not touch the stream.
class StreamWitness {
 public:
  enum class Happening : std::uint8_t {
    peer_ended,
    peer_reset,
    ended,   // by shutdownWriting()
    reset,   // by reset()
    closed,  // the stream is no more
  };

  // The stream is no more, or has another witness.
  virtual ~StreamWitness() = default;
  virtual void onRead(std::string_view bytes) = 0;
  // Of the pieces the first `size` bytes.
  virtual void onWritten(std::span<const iovec> pieces, std::size_t size) = 0;
  virtual void onHappening(Happening happening) = 0;
};

// What every stream wants of its TCP socket: small writes leave at once, and urgent bytes stay in line with the others
// (RFC 6093 section 5), so that none is lost on its way. Connections inherit it from a listening socket.
void prepareTcp(int fd);

class Stream {
 public:
  enum class Status : std::uint8_t { ok, blocked, ended, failed };
  struct Outcome {
    Status status;
    std::size_t size = 0;  // bytes read or written, with ok
    int errnum = 0;        // with failed
  };

  Stream() = default;  // no stream
  // Takes a non-blocking descriptor. Reading is off until resumeReading(). REQUIRES: sink outlives the stream, or is
  // replaced.
  Stream(Loop& loop, UniqueFd fd, StreamSink& sink);

  explicit operator bool() const { return box_ != nullptr; }
  int fd() const;
  void setSink(StreamSink& sink);
  // Nobody is told until it has another one. Nothing is lost.
  void clearSink();
  // Null: nobody is told any more. REQUIRES: not while bytes are moved through a pipe.
  void watch(std::unique_ptr<StreamWitness> witness);
  StreamWitness* witness() const;

  // One recv(2). `ended` is the peer's end of stream; a reset may still follow, as `failed`. A reset that cut the
  // stream is told here even if a write has failed of it before. REQUIRES: into is not empty.
  Outcome read(std::span<char> into);
  // One send(2) or sendmsg(2). When it takes less than all (ok with a smaller size, or blocked), onWritable() follows.
  Outcome write(std::span<const iovec> pieces);
  void awaitWritable();
  // The same as read() and write() by way of a pipe, at most `most` bytes, without copying. Urgent bytes do not go that
  // way: `blocked` with mayHaveMore() is to be followed by read(). REQUIRES: moveTo: the pipe is empty and `most` is
  // not 0; moveFrom: the pipe is not empty, and the process ignores SIGPIPE.
  Outcome moveTo(Pipe& pipe, std::size_t most);
  Outcome moveFrom(Pipe& pipe);

  // Has onTurn() called once in a later round, behind what the loop has heard of by then: whoever has much to do does a
  // part of it, and lets others have their turns.
  void askForTurn();

  void pauseReading();
  void resumeReading();
  // Whether something was heard of the peer that no read() has taken yet. No system call.
  bool mayHaveMore() const;
  // Whether the peer is there, has sent nothing that is not read yet, and has not ended. One recv(2) that takes
  // nothing.
  bool isQuiet();

  // Bytes that were written and that the peer has not acknowledged; 0 where that cannot be known. One ioctl(2).
  std::size_t unsent() const;

  // Sends the end of stream. An error (the peer has reset) is no news for the reader: read() will say it.
  void shutdownWriting();
  // Closes so that the peer sees a reset.
  void reset();
  void close() { box_.reset(); }
  // Gives the descriptor up, for another loop. The stream is none afterwards, and has no witness.
  UniqueFd release();

  struct Box;

 private:
  struct Closer {
    void operator()(Box* box) const;
  };
  std::unique_ptr<Box, Closer> box_;
};

}  // namespace megaphone::uv
