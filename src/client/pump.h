// Pump: copies input to socket and socket to output at once, with 64 KiB of buffer each.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "console.h"
#include "progress.h"
#include "verifier.h"

namespace megaphone::client {

// A buffer of fixed size between a source and a destination. It is refilled when it has been emptied.
class TransferBuffer {
 public:
  static constexpr std::size_t kSize = 64 * 1024;

  bool hasRoom() const { return !ended_ && end_ < kSize; }
  bool empty() const { return begin_ == end_; }
  bool ended() const { return ended_; }  // nothing more comes from the source
  char* room() { return bytes_.data() + end_; }
  std::size_t roomSize() const { return kSize - end_; }
  std::string_view pending() const { return {bytes_.data() + begin_, end_ - begin_}; }

  void filled(std::size_t bytes) { end_ += bytes; }
  void drained(std::size_t bytes);
  void drop() { begin_ = end_ = 0; }
  void end() { ended_ = true; }

 private:
  std::array<char, kSize> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

class Pump {
 public:
  // `socket` is connected, non-blocking and not owned. `timeout` bounds a silence during which only the server could go
  // on. Answers are written to `output`, which need not be the console's.
  Pump(int socket, Duration timeout, const Output& output, const Console& console, Progress& progress)
      : socket_(socket), timeout_(timeout), output_(output), console_(console), progress_(progress) {}
  // Turns on the comparison of every answer. REQUIRES: called before run().
  void verify() { verifier_.emplace(); }

  // Runs until the server has ended its direction and all is written. Half-closes after the end of the input.
  Stop run();

 private:
  const Place& place() const { return console_.report.place; }
  std::uint64_t sent() const { return console_.report.sent_bytes; }
  std::uint64_t received() const { return console_.report.received_bytes; }
  bool mayTakeInput() const { return up_.hasRoom() && inputRoom() > 0; }
  std::size_t inputRoom() const { return verifier_ ? std::min(up_.roomSize(), verifier_->room()) : up_.roomSize(); }
  Deadline deadline() const;
  Stop loop();
  Stop turn();
  Stop takeInput();
  Stop sendUp();
  Stop receiveDown();
  Stop check(std::string_view answer);
  Stop writeDown();
  bool complete() const;
  Outcome silent() const;
  Stop judgeEnd() const;

  int socket_;
  Duration timeout_;
  const Output& output_;
  const Console& console_;
  Progress& progress_;
  std::optional<Verifier> verifier_;
  TransferBuffer up_;
  TransferBuffer down_;
  MonoTime moved_{};
  bool half_closed_ = false;
  int broken_ = 0;  // the errno with which the connection broke
};

}  // namespace megaphone::client
