// Allowance: how many bytes may be read from legs, for whoever limits bandwidth.
#pragma once

#include <cstdint>

namespace megaphone::server {

class Leg;

// One allowance may serve many legs: those of one client, or of one listener. Thread: the loop of its legs.
class Allowance {
 public:
  // Returns how many bytes may be read from the leg now. After 0, calls leg.resume(Leg::Pause::allowance) when there is
  // more, and not inside of this call.
  virtual std::uint64_t left(Leg& leg) = 0;
  // Takes note that `size` bytes have been read, by a copy or into a pipe. REQUIRES: no more than left() returned.
  virtual void use(std::uint64_t size) = 0;
  // Forgets the leg, which may be gone after this.
  virtual void forget(Leg& leg) = 0;

 protected:
  ~Allowance() = default;
};

}  // namespace megaphone::server
