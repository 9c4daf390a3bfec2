// LegSink: receives the events of the legs of one session.
#pragma once

#include <cstdint>
#include <span>

namespace megaphone::server {

class Leg;

// One sink serves all legs of a session. Inside any of these functions it may close, reset or move away its legs; it
// destroys none before the function has returned. Thread: the loop of the legs.
class LegSink {
 public:
  // Gives bytes that have been read. They live until settle() has returned, and may be changed in place.
  virtual void onRead(Leg& leg, std::span<char> bytes) = 0;
  // Reports, once, that the peer has ended its sending. A reset may follow.
  virtual void onEnded(Leg& leg) = 0;
  // Reports that reading has failed: the connection is broken.
  virtual void onBroken(Leg& leg, int errnum) = 0;
  // Reports a reset by the peer while reading is paused.
  virtual void onReset(Leg& /*leg*/) {}
  // Reports that the stream has taken some of the bytes that waited for it; Leg::isFull() tells whether some still
  // wait.
  virtual void onTaken(Leg& leg) = 0;
  // Reports that writing has failed and that the waiting bytes are lost; the peer's bytes may still be read. Not called
  // where Leg::write() returns the failure.
  virtual void onDeaf(Leg& leg) = 0;
  // Ends each event: called once, after those above.
  virtual void settle() = 0;

  // Returns how many bytes of the leg may go to the other leg of its pair without being read by the session.
  virtual std::uint64_t movable(const Leg& /*from*/) const { return 0; }
  // Reports that the other leg has taken `size` such bytes. REQUIRES: no more than movable().
  virtual void onMoved(Leg& /*from*/, std::uint64_t /*size*/) {}

  // Returns whether a capture wants the bytes of the legs.
  virtual bool wantsCapture() const { return false; }
  // Gives the leg a witness if it has none, and tells the captures of what it carries. REQUIRES: the leg is open.
  virtual void capture(Leg& /*leg*/) {}
  // Called before a captured leg is read, and before it writes bytes that have waited.
  virtual void beforeCapturedRead(Leg& /*leg*/) {}
  virtual void beforeCapturedWrite(Leg& /*leg*/) {}

 protected:
  ~LegSink() = default;
};

}  // namespace megaphone::server
