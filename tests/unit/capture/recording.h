// Recording: a recorder that is told events, and the packets that have come of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reader.h"
#include "recorder.h"

namespace megaphone::capture {

using pcapng::testing::ReadPacket;

inline Endpoint at(std::string_view text) { return Endpoint::parse(text).value(); }

inline constexpr LegId kNear = 1;
inline constexpr LegId kFar = 2;
inline constexpr auto kIn = Direction::inbound;
inline constexpr auto kOut = Direction::outbound;

class Recording : public ::testing::Test {
 protected:
  void use(Recorder::Options options) {
    recorder.emplace(std::move(options), 1);
    file.clear();
    recorder->begin(file);
  }
  void SetUp() override { use({{"web", {}, ""}}); }

  Recorder::Added take(Event event) {
    time += std::chrono::milliseconds(1);
    event.time = time;
    return recorder->take(event, file);
  }
  void openNear(bool late = false) {
    take({.kind = EventKind::open,
          .late = late,
          .leg = kNear,
          .local = at("10.0.0.1:3128"),
          .remote = at("10.0.0.9:5000")});
  }
  void openFar() {
    take({.kind = EventKind::open,
          .side = Side::origin,
          .leg = kFar,
          .local = at("10.0.0.1:4000"),
          .remote = at("10.0.0.2:80"),
          .host = "example.org"});
  }
  void about(LegId leg, std::uint64_t exchange, std::string_view host = "", std::string_view listener = "web",
             Next next = Next::unknown) {
    take({.kind = EventKind::about,
          .next = next,
          .leg = leg,
          .exchange = exchange,
          .client = at("10.0.0.9:5000").address,
          .listener = listener,
          .host = host});
  }
  Recorder::Added bytes(LegId leg, Direction direction, std::string_view text, std::uint32_t lost = 0) {
    std::uint64_t& offset = offsets[leg * 2 + (direction == Direction::inbound)];
    const std::uint64_t at = std::exchange(offset, offset + text.size());
    return take(
        {.kind = EventKind::bytes, .direction = direction, .leg = leg, .lost = lost, .offset = at, .bytes = text});
  }
  void datagram(EventKind kind, Direction direction, std::string_view text, std::string_view comment = "") {
    take({.kind = kind,
          .direction = direction,
          .local = at("10.0.0.1:7"),
          .remote = at("10.0.0.9:1"),
          .listener = "web",
          .text = comment,
          .bytes = text});
  }
  void happens(EventKind kind, LegId leg, Direction direction = Direction::inbound) {
    take({.kind = kind, .direction = direction, .leg = leg});
  }

  std::vector<ReadPacket> packets() const {
    const auto read = pcapng::testing::readPackets(pcapng::testing::readBlocks(file));
    EXPECT_EQ(read.problem, "");
    return read.packets;
  }
  // "0 S", "1 <A:text [comment|comment]"; with "<" what the responder sends.
  std::vector<std::string> story() const {
    std::vector<std::string> lines;
    std::vector<std::string> initiators;
    for (const ReadPacket& packet : packets()) {
      if (packet.syn && !packet.ack) initiators.push_back(packet.from);
      const bool back = std::find(initiators.begin(), initiators.end(), packet.from) == initiators.end();
      std::string line = std::to_string(packet.interface) + (back ? " <" : " ");
      line += std::string(packet.fin ? "F" : "") + (packet.syn ? "S" : "") + (packet.rst ? "R" : "") +
              (packet.ack ? "A" : "");
      if (!packet.payload.empty()) line += ':' + packet.payload;
      for (const std::string& comment : packet.comments) line += " [" + comment + ']';
      lines.push_back(line);
    }
    return lines;
  }
  using Story = std::vector<std::string>;

  std::optional<Recorder> recorder;
  std::string file;
  WallTime time{std::chrono::seconds(1'700'000'000)};
  std::array<std::uint64_t, 8> offsets{};
};

}  // namespace megaphone::capture
