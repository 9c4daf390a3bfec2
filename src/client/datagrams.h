// DatagramExchange: one question, one answer, each a UDP datagram.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "console.h"
#include "datagram_socket.h"
#include "megaphone/base/endpoint.h"

namespace megaphone::client {

class DatagramExchange {
 public:
  // The result of a question: answered, unanswered for a reason, or the program has to end.
  struct Result {
    Stop unanswered;
    Stop fatal;
    Duration took{};
  };

  // REQUIRES: endpoints is not empty. The next one is tried when one cannot be reached, until one has answered.
  DatagramExchange(std::vector<Endpoint> endpoints, bool verify, const Console& console)
      : endpoints_(std::move(endpoints)), verify_(verify), console_(console) {}

  // Sends `question`, waits up to `timeout` for the answer and writes it.
  Result ask(std::string_view question, Duration timeout);
  // Returns whether the server has answered before.
  bool met() const { return met_; }

 private:
  Place& place() const { return console_.report.place; }
  bool tryNextEndpoint(int errnum);
  void dropLateAnswers();
  // Returns errnum 0 when answered, ETIMEDOUT after `end`, else the error of the network or the kernel.
  NetworkError askOnce(std::string_view question, MonoTime end, Result& result);
  NetworkError receive(std::string_view question, Result& result);
  void judge(std::string_view question, std::string_view answer, Result& result);
  bool isLate(std::string_view answer, std::string_view question) const;

  std::vector<Endpoint> endpoints_;
  bool verify_;
  const Console& console_;
  std::size_t current_ = 0;
  DatagramSocket socket_;
  std::string missed_;  // the capitals of the last question without an answer, which may still come
  bool met_ = false;
};

}  // namespace megaphone::client
