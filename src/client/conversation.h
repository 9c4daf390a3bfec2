// Conversation: question and answer on one TCP connection. An answer has as many bytes as its question.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "console.h"
#include "verifier.h"

namespace megaphone::client {

class Conversation {
 public:
  struct Manner {
    std::size_t total = 0;  // how many questions there will be, 0 when unknown
    Duration timeout{};     // bounds each silence of the server
    bool verify = false;
  };
  // `socket` is connected, non-blocking and not owned.
  Conversation(int socket, const Manner& manner, const Console& console)
      : socket_(socket), manner_(manner), console_(console) {}

  int socket() const { return socket_; }
  bool closed() const { return closed_; }
  Outcome closedOutcome() const { return closedBetween(console_.report.place, answered(), manner_.total); }

  // Sends `question` and writes the answer as it comes. When the server closes instead, that is the outcome; an answer
  // that lacks nothing but its line end is an answer, unless it is verified.
  Stop ask(std::string_view question);
  // Writes bytes that came unasked. REQUIRES: poll reported readable.
  Stop listen() { return receive().stop; }
  // Ends our direction, and writes what arrives until the server ends its own.
  Stop finish();

 private:
  struct Received {
    std::size_t bytes = 0;
    Stop stop;
  };
  std::size_t answered() const { return console_.report.answered; }
  Stop exchange(std::string_view question);
  // Receives the bytes that are available now; sets closed_ at the end of the stream.
  Received receive();
  Stop take(std::string_view bytes);
  Stop send(std::string_view& rest);
  Stop endOfAnswer(std::size_t received, std::size_t expected) const;

  int socket_;
  Manner manner_;
  const Console& console_;
  Verifier verifier_;  // of the last answer
  bool asking_ = false;
  bool closed_ = false;
};

}  // namespace megaphone::client
