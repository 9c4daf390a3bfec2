// ArrivalStage: a machine over the first bytes of a client's connection, before there is a session: a PROXY header, a
// handshake, or the question which protocol follows. Pure.
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
    done,        // what follows is the next stage's
    refused,     // the connection is closed
  };
  struct Step {
    Progress progress = Progress::needs_more;
    std::size_t consumed = 0;   // of `bytes`, from the front; they are not fed again
    std::string_view answer{};  // is sent to the client, short; lives until the next feed()
    Error error{};              // REQUIRES: refused
  };

  virtual ~ArrivalStage() = default;
  // Looks at all that has come and is not consumed, and notes in `client` what it says of it. An empty `bytes` is fed,
  // too: a stage may have something to say first. No byte but those that came is waited for after done.
  virtual Step feed(std::string_view bytes, record::Client& client) = 0;
};

using ArrivalStages = std::vector<std::unique_ptr<ArrivalStage>>;

}  // namespace megaphone::proxy
