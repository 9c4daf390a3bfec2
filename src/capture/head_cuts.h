// HeadCuts: cuts the bytes of a connection into segments of which only heads of HTTP messages are shown. Pure.
//
// A head becomes one segment, together with the content after it that is available. Wireshark dissects a truncated
// packet at once, but after a whole one it would wait for all the content; so a head's last line feed is left out.
#pragma once

#include <array>
#include <string>

#include "head_follower.h"

namespace megaphone::capture {

class HeadCuts {
 public:
  struct Cut {
    std::string bytes;
    std::size_t kept = 0;  // bytes of it that are shown
  };

  // Takes bytes and returns their cuts; cuts of an incomplete head wait.
  std::vector<Cut> take(pcapng::Party from, std::string_view bytes);
  // Returns the cuts of an incomplete head, which will not become complete.
  std::vector<Cut> giveUp(pcapng::Party from);
  // Notes that bytes of either direction are missing here: what has begun is not treated as a head.
  void lose() { follower_.lose(); }
  // Notes that the next bytes of either direction begin a message; has an effect only after lose().
  void restart();
  // Returns the memory in bytes, with that of the parsers.
  std::size_t cost() const;
  static constexpr std::size_t leastCost() { return sizeof(HeadCuts) + HeadFollower::kCostOfParsers; }

 private:
  struct Waiting {      // what take() has kept of one direction
    std::string lost;   // known not to be a head
    std::string begun;  // of a head, as far as nothing is lost
  };
  Waiting& waiting(pcapng::Party from) { return waiting_[static_cast<std::size_t>(from)]; }

  HeadFollower follower_;
  std::array<Waiting, 2> waiting_;
  std::size_t longest_ = 0;  // head so far: parsers keep room for it
};

}  // namespace megaphone::capture
