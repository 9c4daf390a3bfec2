// Prologue: a machine over the first bytes of a new connection to an origin or to the next proxy, between *connected*
// and *established*: a CONNECT of ours, a SOCKS5 handshake, a PROXY header. Pure.
//
// One thread: its connection's loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "megaphone/base/error.h"

namespace megaphone::proxy {

class Prologue {
 public:
  enum class Progress : std::uint8_t {
    needs_more,  // feed() again when more has come
    done,        // the connection is established; the rest belongs to its user
    failed,      // the connection is closed
  };
  struct Step {
    Progress progress = Progress::needs_more;
    std::size_t consumed = 0;  // of `bytes`, from the front; they are not fed again
    std::string_view say{};    // bytes to send to the peer, short; valid until the next feed()
    Error error{};             // REQUIRES: failed
  };

  virtual ~Prologue() = default;
  // Takes all bytes that have arrived and are not consumed. The first call has none, so that a prologue can send first.
  virtual Step feed(std::string_view bytes) = 0;
};

}  // namespace megaphone::proxy
