// DatagramExchange: one question, one answer, each a UDP datagram. The socket is connected, so that only the server
// asked can answer, and so that the kernel tells when nobody listens there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "console.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::client {

// What UDP over IPv4 carries at most.
inline constexpr std::size_t kLargestDatagram = 65507;

class DatagramExchange {
 public:
  // How a question went: answered, unanswered for a reason, or the program has to end.
  struct Result {
    Stop unanswered;
    Stop fatal;
    Duration took{};
  };

  // REQUIRES: endpoints is not empty. The next one is tried when one cannot be reached, until one has answered.
  DatagramExchange(std::vector<Endpoint> endpoints, bool verify, const Console& console)
      : endpoints_(std::move(endpoints)), verify_(verify), console_(console) {}

  // Sends `question`, waits for the answer up to `timeout` and writes it.
  Result ask(std::string_view question, Duration timeout);
  // Whether the server is known to be there.
  bool met() const { return met_; }

 private:
  Place& place() const { return console_.report.place; }
  // errnum 0, or why no socket to the current endpoint can be opened.
  NetworkError open();
  bool tryNextEndpoint(int errnum);
  void dropLateAnswers();
  // errnum 0 when answered, ETIMEDOUT after `end`, else what the network or the kernel said.
  NetworkError askOnce(std::string_view question, MonoTime end, Result& result);
  NetworkError receive(std::string_view question, Result& result);
  void judge(std::string_view question, std::string_view answer, Result& result);
  // What ICMP said, where a call failed with `errnum`; or that.
  NetworkError takeError(int errnum, bool local);
  bool isLate(std::string_view answer, std::string_view question) const;

  std::vector<Endpoint> endpoints_;
  bool verify_;
  const Console& console_;
  std::size_t current_ = 0;
  UniqueFd socket_;
  std::string missed_;  // the capitals of the last question without an answer, which may still come
  bool met_ = false;
};

}  // namespace megaphone::client
