// PingLink: carries questions to the server and whole answers back, by datagrams or by a stream. It never blocks.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "network_error.h"

namespace megaphone::client {

class PingLink {
 public:
  struct Result {
    enum class Kind { done, not_now, failed, closed };
    Kind kind = Kind::done;
    NetworkError error = {};  // of failed
  };

  virtual ~PingLink() = default;
  virtual int fd() const = 0;
  // Returns whether part of the last question is unsent: poll for writing, then push().
  virtual bool busy() const { return false; }
  virtual Result push() { return {}; }
  // Sends a question. REQUIRES: not busy().
  virtual Result send(std::string_view question) = 0;
  // Receives one whole answer.
  virtual Result receive(std::string& answer) = 0;
  // Switches to the next address of the host; returns false if there is none.
  virtual bool next() { return false; }
  virtual Endpoint endpoint() const = 0;
};

// Returns a link by UDP to the first of `endpoints` that can be tried; null with `error` if none can.
std::unique_ptr<PingLink> datagramLink(std::vector<Endpoint> endpoints, NetworkError& error);
// Returns a link by TCP, over a connected, non-blocking socket. A line feed ends each question, within its size; an
// answer has as many bytes as the questions, which all have `size`.
std::unique_ptr<PingLink> streamLink(UniqueFd socket, std::size_t size);

}  // namespace megaphone::client
