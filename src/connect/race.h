// Race: dials the addresses of one destination in the order of its plan, several at a time, until one is connected, all
// have failed or the deadline passes. At the most attempts, the oldest is given up for the next; while descriptors are
// short, there is one at a time. Needs no resolver: addresses may be added while it runs. Its loop's thread only.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attempt_tap.h"
#include "megaphone/access/own_addresses.h"
#include "megaphone/connect/connect_plan.h"
#include "megaphone/connect/connects.h"
#include "megaphone/uv/handles.h"
#include "megaphone/uv/loop.h"

namespace megaphone::connect {

class RaceSink {
 public:
  // Exactly one of the two is called, once. The race has closed all other attempts and may be destroyed here.
  virtual void onConnected(Connection connection) = 0;
  virtual void onRaceFailed(Error error) = 0;

 protected:
  ~RaceSink() = default;
};

class Race {
 public:
  static constexpr std::size_t kMostAtOnce = 8;

  struct Destination {
    std::string text;  // for messages: "example.org:443"
    std::uint16_t port = 0;
    MonoTime deadline;                                           // over the lookups, too
    std::shared_ptr<const std::vector<std::uint16_t>> ownPorts;  // connect_pool.h
    int crowdedFrom = std::numeric_limits<int>::max();           // descriptor_marks.h
    access::OwnAddressesPtr own = nullptr;                       // may be null: none is known
  };

  // REQUIRES: sink outlives the race.
  Race(uv::Loop& loop, ConnectPlan plan, Destination destination, AttemptTap tap, RaceSink& sink);
  Race(const Race&) = delete;
  Race& operator=(const Race&) = delete;
  ~Race();

  // Dials what the plan has so far. The sink may be called from here on, also inside this call and those below.
  void start();
  // Passed on to ConnectPlan's functions of the same name.
  void lookupAnswered(IpAddress::Family family, std::span<const IpAddress> judged);
  void lookupFailed(IpAddress::Family family, Error error);
  void note(Error error) { plan_.note(std::move(error)); }

  std::optional<MonoTime> firstDial() const { return firstDial_; }

 private:
  class Attempt;

  void go();
  void dialNow(const IpAddress& address);
  void giveUpOldest();
  void attemptReady(Attempt& attempt);
  void succeed(Connection connection);
  void fail(Error error);
  void end();
  Error explained(Error error) const;

  uv::Loop& loop_;
  ConnectPlan plan_;
  const Destination destination_;
  const AttemptTap tap_;
  RaceSink& sink_;
  uv::Timer timer_;
  std::vector<std::unique_ptr<Attempt>> attempts_;
  std::optional<MonoTime> firstDial_;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace megaphone::connect
