// DatagramExchange: one question, one answer, each a UDP datagram. The socket is connected, so that only the server
// asked can answer, and so that the kernel tells when nobody listens there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "console.h"
#include "diagnosis.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "waiter.h"

namespace megaphone::client {

// What UDP over IPv4 carries at most.
inline constexpr std::size_t kLargestDatagram = 65507;

class DatagramExchange {
 public:
  // How a question went: answered, unanswered for a reason, or the program has to end.
  struct Result {
    Stop unanswered;
    Stop fatal;
  };

  // REQUIRES: endpoints is not empty. The next one is tried when one cannot be reached, until one has answered.
  DatagramExchange(std::vector<Endpoint> endpoints, Place place, Duration timeout, const Output& output,
                   const Waiter& waiter, const Notes& notes)
      : endpoints_(std::move(endpoints)),
        place_(std::move(place)),
        timeout_(timeout),
        output_(output),
        waiter_(waiter),
        notes_(notes) {}

  // Sends `question`, waits for the answer and writes it with a line feed.
  Result ask(std::string_view question);
  std::size_t answered() const { return answered_; }

 private:
  // 0 or the errno of opening a socket to the current endpoint.
  int open();
  bool tryNextEndpoint(int errnum);
  void dropLateAnswers();
  // 0 when answered, ETIMEDOUT after the deadline, else what the network or the kernel said.
  int askOnce(std::string_view question, Stop& fatal);
  int receive(std::string_view question, Stop& fatal);
  // What ICMP said; remembers who said it.
  int takeError(int errnum);
  bool isLate(std::string_view answer, std::string_view question) const;

  std::vector<Endpoint> endpoints_;
  Place place_;
  Duration timeout_;
  const Output& output_;
  const Waiter& waiter_;
  const Notes& notes_;
  std::size_t current_ = 0;
  UniqueFd socket_;
  std::string offender_;
  std::string missed_;  // the capitals of the last question without an answer, which may still come
  std::size_t answered_ = 0;
};

}  // namespace megaphone::client
