// A capture file made by hand: what the tests write packets into.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "megaphone/pcapng/blocks.h"
#include "megaphone/pcapng/tcp_conversation.h"
#include "reader.h"

namespace megaphone::pcapng::testing {

// A section with the interfaces web/client and web/origin; packets are a millisecond apart.
class Scene final : public PacketSink {
 public:
  Scene() {
    appendSection(file, "megaphone test", "made by hand");
    appendInterface(file, "web/client", "clients of web");
    appendInterface(file, "web/origin", "origins of web");
  }

  void onPacket(Party from, std::string_view headers, std::string_view payload) override {
    const bool inbound = (from == Party::initiator) == (interface == 0);
    add({.interface = interface,
         .direction = inbound ? Direction::inbound : Direction::outbound,
         .headers = headers,
         .payload = payload,
         .kept = kept});
  }
  void add(Packet packet) {
    time += std::chrono::milliseconds(1);
    packet.time = time;
    packet.comments = comments;
    appendPacket(file, packet);
    comments.clear();
  }
  Packets read() const { return readPackets(readBlocks(file)); }

  std::string file;
  std::uint32_t interface = 0;
  std::optional<std::size_t> kept;    // of the next payloads
  std::vector<std::string> comments;  // of the next packet
  WallTime time{std::chrono::seconds(1'700'000'000)};
};

inline Endpoint at(std::string_view text) { return Endpoint::parse(text).value(); }

}  // namespace megaphone::pcapng::testing
