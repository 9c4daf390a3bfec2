// Conversation: question and answer on one TCP connection. An answer has as many bytes as its question.
#pragma once

#include <cstddef>
#include <string_view>

#include "console.h"
#include "diagnosis.h"
#include "waiter.h"

namespace megaphone::client {

class Conversation {
 public:
  // `socket` is connected, non-blocking and not owned. `total` is how many questions there will be, 0 when unknown.
  // `timeout` bounds each silence of the server.
  Conversation(int socket, const Place& place, std::size_t total, Duration timeout, const Output& output,
               const Waiter& waiter)
      : socket_(socket), place_(place), total_(total), timeout_(timeout), output_(output), waiter_(waiter) {}

  int socket() const { return socket_; }
  bool closed() const { return closed_; }
  std::size_t answered() const { return answered_; }
  Ending closedEnding() const { return closedBetween(place_, answered_, total_); }

  // Sends `question` and writes the answer as it comes. When the server closes instead, that is the ending; an answer
  // that lacks nothing but its line end is an answer.
  Stop ask(std::string_view question);
  // Writes what has come unasked. REQUIRES: poll said readable.
  Stop listen() { return receive().stop; }
  // Ends our direction, and writes what comes until the server ends its own.
  Stop finish();

 private:
  struct Received {
    std::size_t bytes = 0;
    Stop stop;
  };
  // What is there now; sets closed_ at the end of the stream.
  Received receive();
  Stop send(std::string_view& rest);
  Stop endOfAnswer(std::size_t received, std::size_t expected);

  int socket_;
  const Place& place_;
  std::size_t total_;
  Duration timeout_;
  const Output& output_;
  const Waiter& waiter_;
  std::size_t answered_ = 0;
  bool closed_ = false;
};

}  // namespace megaphone::client
