// Leg: one connected side of a session: its stream, the bytes that wait to be written to it, and when it is read.
//
// Two legs are joined to a pair. What is read from one goes to the other: copied by the session, or moved through a
// pipe without being seen (splice_path.h). While bytes wait for one leg the other is not read. A leg whose session
// answers it directly is joined to itself.
//
//   peer --> stream --> LegSink::onRead() --> other leg: write() --> stream, or what waits for it --> its peer
//                 \---------------> other leg: pipe --------------/
//
// Thread: its loop's. Its size matters: an idle tunnel is two legs and little else.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "allowance.h"
#include "leg_sink.h"
#include "loop_buffers.h"
#include "megaphone/uv/outgoing.h"
#include "megaphone/uv/stream.h"
#include "peer_progress.h"

namespace megaphone::server {

class Leg final : private uv::StreamSink {
 public:
  // The reasons for which a leg is not read; it is read while there is none.
  enum class Pause : std::uint8_t {
    held = 1,       // the session has no use for bytes now; the state after open()
    sink_full = 2,  // bytes wait for the other leg
    allowance = 4,  // all that may be read now has been
  };

  // Makes a leg without a connection. REQUIRES: sink and buffers outlive it.
  Leg(LegSink& sink, LoopBuffers& buffers) : sink_(&sink), buffers_(&buffers) {}
  // Takes the connection of another leg, with all bytes that wait for it. It is held, and joined to none.
  Leg(LegSink& sink, Leg&& from) noexcept;
  ~Leg();

  // Joins two legs, or one to itself, until one of them is moved from or destroyed.
  static void join(Leg& one, Leg& other);
  // Takes a connection, and holds it. REQUIRES: the leg has none.
  void open(uv::Stream stream);
  explicit operator bool() const { return static_cast<bool>(stream_); }
  // Returns the stream, for its descriptor, its witness and what the loop knows of it. Only the leg reads or writes it.
  uv::Stream& stream() { return stream_; }
  const uv::Stream& stream() const { return stream_; }

  // --- reading --------------------------------------------------------------------------------------------------

  void pause(Pause reason) { setPauses(pauses_ | static_cast<unsigned>(reason)); }
  void resume(Pause reason) { setPauses(pauses_ & ~static_cast<unsigned>(reason)); }
  void hold(bool on) { on ? pause(Pause::held) : resume(Pause::held); }
  // Limits what is read; null: no limit. REQUIRES: outlives the leg, or is replaced.
  void limit(Allowance* allowance);
  // Reads once, even if paused, and tells the sink all but settle(). Returns the bytes read. REQUIRES: it is open.
  std::size_t read();
  // Returns whether the peer has ended its sending, as far as that has been read.
  bool hasEnded() const { return ended_; }
  // Has LegSink::settle() called once in a later round, for a sink that has more to do than one turn allows.
  void askForTurn() { stream_.askForTurn(); }

  // --- writing --------------------------------------------------------------------------------------------------

  // Writes behind the bytes that already wait; what the stream does not take waits, too. Returns false if the leg takes
  // nothing (any more). REQUIRES: no pipe holds bytes for it.
  bool write(std::span<const iovec> pieces);
  bool write(std::string_view bytes);
  bool isFull() const { return waiting() > 0; }
  bool isDeaf() const { return deaf_; }
  // Discards the bytes that wait.
  void drop();
  // Sends the end of stream.
  void end() { stream_.shutdownWriting(); }

  // Returns whether the peer has acknowledged bytes since the last call; bytes that wait for the first time count as
  // progress, too. One ioctl(2).
  bool peerTook() { return progress_.look(stream_, waiting()); }
  // Returns whether everything had been acknowledged at the last peerTook().
  bool peerTookAll() const { return progress_.tookAll(); }

  // --- ending ---------------------------------------------------------------------------------------------------

  // Both discard the bytes that wait, and those that a pipe has taken from this leg. The leg may be opened again.
  void close();
  void reset();  // with a reset (RST)

  // Other captures run than before: gives both legs of the pair witnesses or takes them away, as soon as no pipe holds
  // bytes that nobody has seen. One call for a pair.
  void captureChanged();

 private:
  void onReadable() override;
  void onWritable() override;
  void onReset() override;
  void onTurn() override { sink_->settle(); }

  static constexpr unsigned kAllPauses = 7;
  std::size_t waiting() const { return out_.size() + splice_.held(); }
  void setPauses(unsigned pauses);
  std::uint64_t allowed();
  void move();
  bool give();
  void considerSplice(std::size_t copied);
  bool resumeWriting();
  void becomeDeaf();
  void endedReading();
  void letGo();
  void tellRoom();
  void captureIfDue() {
    if (captureLater_) captureChanged();
  }

  LegSink* sink_;
  LoopBuffers* buffers_;
  Leg* other_ = nullptr;
  Allowance* allowance_ = nullptr;
  uv::Stream stream_;
  uv::Outgoing out_;
  [[no_unique_address]] SplicePath splice_;  // from the other leg to this one; what follows fills its padding
  unsigned pauses_ : 3 = static_cast<unsigned>(Pause::held);
  bool ended_ : 1 = false;
  bool deaf_ : 1 = false;
  bool captureLater_ : 1 = false;  // as soon as no pipe of the pair holds bytes
  PeerProgress progress_;
};

}  // namespace megaphone::server
