// PingTally: counts which questions were answered, and how. Pure: the time is passed in. In constant memory.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "megaphone/base/mono_time.h"
#include "round_trips.h"

namespace megaphone::client {

struct PingFigures {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;    // well, and each counted once
  std::uint64_t wrong = 0;       // with other bytes than the capitals
  std::uint64_t duplicates = 0;  // answered before
  std::uint64_t reordered = 0;   // after the answer to a later question
  std::uint64_t strays = 0;      // to no question of this run, or to one too long ago to know
  std::uint64_t errors = 0;      // errors of the network instead
  std::uint64_t under_way = 0;   // at the end, and not overdue
  RoundTrips round_trips;

  std::uint64_t lost() const {
    const std::uint64_t known = answered + wrong + under_way;
    return known < sent ? sent - known : 0;
  }
  // Returns the share of lost questions among those that are no longer under way, 0 to 1.
  double lostShare() const;
};

class PingTally {
 public:
  // A question is overdue after `patience`.
  explicit PingTally(Duration patience) : patience_(patience), seen_(kWindow) {}

  // Counts a question that is sent now. Returns its number, from 1.
  std::uint64_t send(MonoTime now);

  enum class Kind : std::uint8_t { first, reordered, duplicate, stray };
  // Counts a good answer to question `number`, sent at `sent`.
  Kind answered(std::uint64_t number, MonoTime sent, MonoTime now);
  // Counts an answer with wrong bytes, to that question if its number can be read.
  void wrong(std::optional<std::uint64_t> number);
  void stray() { ++figures_.strays; }
  // Counts an error of the network. It does not name its question, so the oldest one is given up.
  void failed();

  // Returns the number of questions that wait for an answer.
  std::uint64_t waiting() const { return waiting_count_; }
  // Returns when the oldest of them will be overdue.
  std::optional<MonoTime> due();
  // Gives up one question that is overdue, and returns its number.
  std::optional<std::uint64_t> expire(MonoTime now);
  // Ends the count: a question sent no longer ago than the slowest answer took is under way, any other unanswered one
  // is lost.
  void finish(MonoTime now);

  const PingFigures& figures() const { return figures_; }

 private:
  static constexpr std::size_t kWindow = std::size_t{1} << 20;
  struct Waiting {
    std::uint64_t number;
    MonoTime sent;
  };
  bool isKnown(std::uint64_t number) const;
  bool isSeen(std::uint64_t number) const { return seen_[number % kWindow]; }
  void see(std::uint64_t number);
  void dropSeen();
  void giveUpOldest();

  Duration patience_;
  PingFigures figures_;
  std::vector<bool> seen_;       // by number modulo kWindow
  std::deque<Waiting> waiting_;  // in order of sending; answered ones are removed at the front
  std::uint64_t waiting_count_ = 0;
  std::uint64_t highest_ = 0;  // the highest number that was answered
};

}  // namespace megaphone::client
