// ConnectPlan: decides in which order and when the addresses of one destination are tried (RFC 8305), and which error
// is reported if none answers. Pure: the time is passed in, addresses and failures are inputs, the next address is
// pulled.
//
// Both lookups count as under way in the beginning; each must be ended by lookupAnswered or lookupFailed.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::connect {

class ConnectPlan {
 public:
  using Family = IpAddress::Family;

  static constexpr Duration kAttemptDelay = std::chrono::milliseconds(250);    // RFC 8305 section 5
  static constexpr Duration kResolutionDelay = std::chrono::milliseconds(50);  // RFC 8305 section 3
  static constexpr Duration kShortestDelay = std::chrono::milliseconds(10);    // RFC 8305 section 5, never less
  static constexpr Duration kLongestDelay = std::chrono::seconds(2);           // the same, never more
  static constexpr std::size_t kMaxPerFamily = 32;

  // `first` is the family that is tried first: the one that worked last for that name, else IPv6. Where the attempt
  // delay would leave addresses untried at the deadline, it is shorter.
  explicit ConnectPlan(Family first = Family::v6, MonoTime deadline = MonoTime::max())
      : first_(first), deadline_(deadline) {}

  // Adds the addresses of a lookup, in this order; all may be dialled. An empty list is an answer, too.
  void lookupAnswered(Family family, std::span<const IpAddress> judged, MonoTime now);
  void lookupFailed(Family family, Error error, MonoTime now);
  // Notes an error other than an attempt's: an address that may not be dialled.
  void note(Error error);
  // Notes that an attempt begun by next() has failed.
  void attemptFailed(Error error, MonoTime now);
  // Notes that an attempt begun by next() was given up, to make room for a later one.
  void attemptGivenUp(Error error);
  // Notes that the last attempt of next() was not made; it is due again after the attempt delay.
  void attemptPutOff(MonoTime now);
  // Limits the race to one attempt at a time, each with more time, or lifts that limit.
  void haveRoomForOne(bool oneOnly, MonoTime now);
  bool hasRoomForOne() const { return roomForOne_; }

  // Returns the address to dial now, if one is due; it counts as under way from now on.
  std::optional<IpAddress> next(MonoTime now);
  // Returns when to call next() again, if time alone brings another attempt.
  std::optional<MonoTime> wakeAt() const;
  // Returns whether nothing is under way and nothing will come.
  bool exhausted() const;

  // Returns the number of attempts begun so far.
  std::size_t tried() const { return tried_; }
  // Returns why there is no connection: the error of the attempt that got furthest, the last of several. REQUIRES:
  // exhausted().
  Error failure() const;
  // Returns the same at the deadline: whatever is under way has timed out.
  Error failureAtDeadline() const;

 private:
  struct Side {
    std::vector<IpAddress> addresses;
    std::size_t begun = 0;  // how many of them next() has returned
    bool asked = true;      // the lookup is under way
    bool waiting() const { return begun < addresses.size(); }
  };
  Side& side(Family family) { return sides_[static_cast<std::size_t>(family)]; }
  const Side& side(Family family) const { return sides_[static_cast<std::size_t>(family)]; }
  void endLookup(Family family, MonoTime now);
  bool anyWaiting() const { return sides_[0].waiting() || sides_[1].waiting(); }
  bool anyAsked() const { return sides_[0].asked || sides_[1].asked; }
  Family choose() const;
  Duration attemptDelay(MonoTime now) const;

  Family first_;
  MonoTime deadline_;
  bool roomForOne_ = false;
  std::optional<Family> last_;  // the family that was dialled last
  std::array<Side, 2> sides_;
  MonoTime nextAt_{};  // not before, once there is an address
  std::size_t tried_ = 0;
  std::size_t underWay_ = 0;
  std::optional<Error> worst_;
};

}  // namespace megaphone::connect
