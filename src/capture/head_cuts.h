// HeadCuts: how the bytes of a connection are cut into segments where only heads of HTTP messages are shown. Pure.
//
// A head becomes one segment, together with the content behind it that is at hand. Readers take a packet that is cut
// short as it is; behind a whole one they would wait for all the content, so that one lacks its last line feed.
#pragma once

#include <array>
#include <string>

#include "head_follower.h"

namespace megaphone::capture {

class HeadCuts {
 public:
  struct Cut {
    std::string bytes;
    std::size_t kept = 0;  // so many of them are shown
  };

  // Those of a head that is not whole wait.
  std::vector<Cut> take(pcapng::Party from, std::string_view bytes);
  // That it will not become whole, if one has begun.
  std::vector<Cut> giveUp(pcapng::Party from);
  // Some bytes are missing here, of either: what has begun is no head.
  void lose() { follower_.lose(); }
  // The next bytes of either begin a message, if it is lost where they do. What has begun stays no head.
  void restart();
  // Bytes of memory, those of the parsers included.
  std::size_t cost() const;
  static constexpr std::size_t leastCost() { return sizeof(HeadCuts) + HeadFollower::kCostOfParsers; }

 private:
  struct Waiting {      // what take() has kept of one direction
    std::string lost;   // no head any more
    std::string begun;  // of a head, as far as nothing is lost
  };
  Waiting& waiting(pcapng::Party from) { return waiting_[static_cast<std::size_t>(from)]; }

  HeadFollower follower_;
  std::array<Waiting, 2> waiting_;
  std::size_t longest_ = 0;  // head so far: parsers keep room for it
};

}  // namespace megaphone::capture
