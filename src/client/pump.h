// Pump: a stream both ways at once. Input to socket, socket to output, 64 KiB each, whatever the length.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "console.h"
#include "diagnosis.h"
#include "waiter.h"

namespace megaphone::client {

// A buffer of fixed size between a source and a destination. It is refilled when it has been emptied.
class Lane {
 public:
  static constexpr std::size_t kSize = 64 * 1024;

  bool hasRoom() const { return !ended_ && end_ < kSize; }
  bool empty() const { return begin_ == end_; }
  bool ended() const { return ended_; }  // nothing more comes from the source
  char* room() { return bytes_.data() + end_; }
  std::size_t roomSize() const { return kSize - end_; }
  std::string_view pending() const { return {bytes_.data() + begin_, end_ - begin_}; }
  std::uint64_t taken() const { return taken_; }

  void filled(std::size_t bytes);
  void drained(std::size_t bytes);
  void drop() { begin_ = end_ = 0; }
  void end() { ended_ = true; }

 private:
  std::array<char, kSize> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t taken_ = 0;
  bool ended_ = false;
};

class Pump {
 public:
  // None of the descriptors is owned. `socket` is non-blocking; `input` and the output are taken as they are.
  // `timeout` bounds a silence during which only the server could go on.
  Pump(int input, int socket, const Place& place, Duration timeout, const Output& output, const Waiter& waiter)
      : input_(input), socket_(socket), place_(place), timeout_(timeout), output_(output), waiter_(waiter) {}

  // Runs until the server has ended its direction and all is written. Half-closes after the end of the input.
  Stop run();

  std::uint64_t sent() const { return up_.taken(); }
  std::uint64_t received() const { return down_.taken(); }

 private:
  Deadline deadline() const;
  Stop turn();
  Stop takeInput();
  Stop sendUp();
  Stop receiveDown();
  Stop writeDown();
  bool complete() const;
  Ending silent() const;
  Stop judgeEnd() const;

  int input_;
  int socket_;
  const Place& place_;
  Duration timeout_;
  const Output& output_;
  const Waiter& waiter_;
  Lane up_;
  Lane down_;
  MonoTime moved_{};
  bool half_closed_ = false;
  int broken_ = 0;  // the errno with which the connection broke
};

}  // namespace megaphone::client
