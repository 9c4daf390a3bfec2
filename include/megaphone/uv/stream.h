// Stream: a connected, non-blocking stream socket on a loop. The owner reads, writes and shuts down; the loop reports
// readiness. The loop's thread only.
//
// Pausing and resuming cost no system call (docs/decisions/0003-edge-triggered-streams.md).
#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>
#include <string_view>

#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/pipe.h"

namespace megaphone::uv {

// Receives the events of a Stream. The sink may destroy the stream inside any of these functions.
class StreamSink {
 public:
  // Reports that there may be something to read: bytes, the end of stream, or an error. Called again in each round
  // while reading is on and the last read() did not find the socket empty.
  virtual void onReadable() = 0;
  // Reports that a write that was cut short may go on. Called once for each short write or awaitWritable().
  virtual void onWritable() = 0;
  // Reports that the peer has reset the connection. Called only while reading is paused; otherwise read() returns it.
  virtual void onReset() {}
  // Gives the turn that askForTurn() asked for.
  virtual void onTurn() {}

 protected:
  ~StreamSink() = default;
};

// Observes everything that passes through a stream, for a capture. It may not call the stream.
class StreamWitness {
 public:
  enum class Happening : std::uint8_t {
    peer_ended,
    peer_reset,
    ended,   // by shutdownWriting()
    reset,   // by reset()
    closed,  // the stream was destroyed, closed or released
  };

  // Called when the stream is destroyed or gets another witness.
  virtual ~StreamWitness() = default;
  virtual void onRead(std::string_view bytes) = 0;
  // Only the first `size` bytes of `pieces` were written.
  virtual void onWritten(std::span<const iovec> pieces, std::size_t size) = 0;
  virtual void onHappening(Happening happening) = 0;
};

// Sets the options that accepted connections inherit from this listening socket: TCP_NODELAY, and SO_OOBINLINE, so that
// urgent bytes stay in order and none is lost (RFC 6093 section 5).
void prepareListening(int fd);
// Sets what a socket needs before it connects: SO_OOBINLINE. See Stream::setNoDelayLate().
void prepareConnecting(int fd);

class Stream {
 public:
  enum class Status : std::uint8_t { ok, blocked, ended, failed };
  struct Outcome {
    Status status;
    std::size_t size = 0;  // bytes read or written, with ok
    int errnum = 0;        // with failed
  };

  Stream() = default;  // no connection
  // Takes a connected, non-blocking descriptor. Reading is off until resumeReading(), and no events are reported until
  // there is a sink. REQUIRES: sink outlives the stream, or is replaced before.
  Stream(Loop& loop, UniqueFd fd);
  Stream(Loop& loop, UniqueFd fd, StreamSink& sink) : Stream(loop, std::move(fd)) { setSink(sink); }

  explicit operator bool() const { return box_ != nullptr; }
  // Declares that TCP_NODELAY is not set on this connection: the stream sets it before the first write that the kernel
  // could hold back (RFC 896), which most short connections never come to.
  void setNoDelayLate();
  int fd() const;
  void setSink(StreamSink& sink);
  // Reports no events until setSink(), and then those that are still pending.
  void clearSink();
  // Sets the witness; null removes it. REQUIRES: no bytes are being moved through a pipe.
  void watch(std::unique_ptr<StreamWitness> witness);
  StreamWitness* witness() const;

  // Calls recv(2) once. `ended` is the peer's end of stream; a reset may still follow, as `failed`. Returns a reset
  // even if a write has failed because of it before. REQUIRES: into is not empty.
  Outcome read(std::span<char> into);
  // Calls send(2) or sendmsg(2) once. After a short write (ok with a smaller size, or blocked) onWritable() follows.
  Outcome write(std::span<const iovec> pieces);
  // Has onWritable() called when the socket has room.
  void awaitWritable();
  // Read and write through a pipe, at most `most` bytes, without copying (splice(2)). Urgent bytes cannot be spliced:
  // after `blocked` with mayHaveMore(), call read(). REQUIRES: moveTo: the pipe is empty and `most` is not 0; moveFrom:
  // the pipe is not empty, and the process ignores SIGPIPE.
  Outcome moveTo(Pipe& pipe, std::size_t most);
  Outcome moveFrom(Pipe& pipe);

  // Has onTurn() called once in a later round, after the events of that round: lets a session do its work in parts, so
  // that others get their turns.
  void askForTurn();

  void pauseReading();
  void resumeReading();
  // Returns whether the loop has reported an error or the peer's end. No system call.
  bool mayHaveEnded() const;
  // Returns whether the loop has reported something that no read() has fetched yet. No system call.
  bool mayHaveMore() const;
  // Returns whether the connection is open and has no unread bytes and no end of stream. One recv(2) with MSG_PEEK.
  bool isQuiet();

  // Returns the bytes that were written and that the peer has not acknowledged; 0 if that is unknown. One ioctl(2).
  std::size_t unsent() const;

  // Sends the end of stream. Ignores errors: after a reset by the peer, read() returns it.
  void shutdownWriting();
  // Closes the connection with a reset (RST).
  void reset();
  void close() { box_.reset(); }
  // Returns the descriptor, for another loop. The stream is empty afterwards and has no witness.
  UniqueFd release();

  struct Box;

 private:
  struct Closer {
    void operator()(Box* box) const;
  };
  std::unique_ptr<Box, Closer> box_;
};

}  // namespace megaphone::uv
