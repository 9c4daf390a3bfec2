// TcpConversation: synthesizes the packets of one TCP connection from the bytes, ends and resets that the daemon saw.
// Pure.
//
// The packets are consistent: the handshake is complete, sequence numbers have no gap, and everything is acknowledged.
// Ends and resets that were not seen are not invented: a side that has not ended stays open.
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
  // Receives one packet. Both views are valid until it returns.
  virtual void onPacket(Party from, std::string_view headers, std::string_view payload) = 0;

 protected:
  ~PacketSink() = default;
};

class TcpConversation {
 public:
  struct Side {
    Endpoint endpoint;
    std::uint32_t sequence = 0;  // the initial one; random, so that a later connection with equal addresses is another
  };
  // REQUIRES: endpoints of one family.
  TcpConversation(const Side& initiator, const Side& responder);

  // Make the handshake: SYN; then SYN-ACK and ACK, or RST. Called in this order. The calls below REQUIRE accept().
  void ask(PacketSink& sink);
  void accept(PacketSink& sink);
  void refuse(PacketSink& sink);

  // Make packets with data, FIN or RST. Ignored after the party's end, or after a reset.
  void data(Party from, std::string_view bytes, PacketSink& sink);
  void end(Party from, PacketSink& sink);
  void reset(Party from, PacketSink& sink);
  // Advances the sequence number over bytes that were sent but are not available: readers see a gap.
  void skip(Party from, std::uint64_t bytes);
  // Repeats a handshake with the current sequence numbers, for the beginning of another file.
  void introduce(PacketSink& sink);

  // Returns whether no further packet can follow.
  bool over() const { return reset_ || (ends_[0].ended && ends_[1].ended); }

 private:
  struct End {
    Endpoint endpoint;
    std::uint32_t next = 0;   // the sequence number of its next byte
    std::uint32_t known = 0;  // the sequence number up to which the other has acknowledged
    bool ended = false;
  };
  End& at(Party party) { return ends_[static_cast<std::size_t>(party)]; }
  bool silent(Party party) { return reset_ || at(party).ended; }
  void send(Party from, TcpFlags flags, std::string_view payload, PacketSink& sink);

  std::array<End, 2> ends_;
  bool reset_ = false;
};

}  // namespace megaphone::pcapng
