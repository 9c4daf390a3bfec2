// ArrivalStage: a machine over the first bytes of a client's connection, before there is a session: a PROXY header, a
// handshake, or the detection of the protocol that follows. Pure.
//
// A connection has any number of stages, one behind the other. Each is fed what has come and no stage has consumed, as
// often as more comes, until it is done or refuses. One thread: its connection's loop.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "megaphone/base/error.h"
#include "megaphone/record/client.h"

namespace megaphone::proxy {

class ArrivalStage {
 public:
  enum class Progress : std::uint8_t {
    needs_more,  // feed() again when more has come
    done,        // the rest belongs to the next stage
    refused,     // the connection is closed
  };
  struct Step {
    Progress progress = Progress::needs_more;
    std::size_t consumed = 0;   // of `bytes`, from the front; they are not fed again
    std::string_view answer{};  // bytes to send to the client, short; valid until the next feed()
    Error error{};              // REQUIRES: refused
  };

  virtual ~ArrivalStage() = default;
  // Takes all bytes that have arrived and are not consumed, and notes in `client` what they say. `bytes` may be empty:
  // a stage may send first. After done no further byte is waited for.
  virtual Step feed(std::string_view bytes, record::Client& client) = 0;
};

using ArrivalStages = std::vector<std::unique_ptr<ArrivalStage>>;

}  // namespace megaphone::proxy
