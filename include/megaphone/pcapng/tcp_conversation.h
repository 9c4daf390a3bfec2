// TcpConversation: the packets of one TCP connection, made from what its owner saw of it: bytes, ends and resets. Pure.
//
// No reader finds fault with them: the handshake is whole, sequence numbers go on without a gap, everything is
// acknowledged. What was not seen is not made up: a side that has not ended stays open.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/pcapng/packets.h"

namespace megaphone::pcapng {

enum class Party : std::uint8_t { initiator, responder };

constexpr Party other(Party party) { return party == Party::initiator ? Party::responder : Party::initiator; }

class PacketSink {
 public:
  // Both views live until it returns.
  virtual void onPacket(Party from, std::string_view headers, std::string_view payload) = 0;

 protected:
  ~PacketSink() = default;
};

class TcpConversation {
 public:
  struct Side {
    Endpoint endpoint;
    std::uint32_t sequence = 0;  // the initial one: random, so that equal addresses make another conversation
  };
  // REQUIRES: endpoints of one family.
  TcpConversation(const Side& initiator, const Side& responder);

  // In this order; accept() or refuse() may never come. All others REQUIRE accept().
  void ask(PacketSink& sink);
  void accept(PacketSink& sink);
  void refuse(PacketSink& sink);

  // All three are ignored behind the party's end, or behind a reset.
  void data(Party from, std::string_view bytes, PacketSink& sink);
  void end(Party from, PacketSink& sink);
  void reset(Party from, PacketSink& sink);
  // Bytes that were sent and are not at hand: a hole that readers see.
  void skip(Party from, std::uint64_t bytes);
  // A handshake as of now, for the beginning of another file.
  void introduce(PacketSink& sink);

  // Nothing more can come.
  bool over() const { return reset_ || (ends_[0].ended && ends_[1].ended); }

 private:
  struct End {
    Endpoint endpoint;
    std::uint32_t next = 0;   // the sequence number of its next byte
    std::uint32_t known = 0;  // what the other has acknowledged of it
    bool ended = false;
  };
  End& at(Party party) { return ends_[static_cast<std::size_t>(party)]; }
  bool silent(Party party) { return reset_ || at(party).ended; }
  void send(Party from, TcpFlags flags, std::string_view payload, PacketSink& sink);

  std::array<End, 2> ends_;
  bool reset_ = false;
};

}  // namespace megaphone::pcapng
