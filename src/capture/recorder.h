// Recorder: makes packets of the events in one capture's scope. Pure.
//
// A leg is shown while its exchange is in scope. Bytes out of scope leave no gap in the sequence numbers, lost bytes
// do. Every file is complete in itself: a connection that continues in it is introduced by a handshake. Secrets are
// masked as bytes arrive, before it is known whether they are shown, so that the mask always knows its place in a head.
//
// Its memory is counted and bounded: connections that exceed it are not followed, bytes that exceed it are lost, and
// both are counted as missing.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "head_cuts.h"
#include "lane_inside.h"
#include "megaphone/capture/event.h"
#include "megaphone/capture/request.h"
#include "megaphone/pcapng/secret_mask.h"
#include "megaphone/pcapng/tcp_conversation.h"

namespace megaphone::capture {

class Recorder final : private pcapng::PacketSink {
 public:
  struct Options {
    Scope scope;
    bool origins = true;
    bool with_secrets = false;
    bool headers_only = false;
  };
  // `seed`: of the initial sequence numbers.
  Recorder(Options options, std::uint64_t seed);

  // The packets that an event has added to the file, and the number of those lost.
  struct Added {
    Side side = Side::client;
    std::uint64_t packets = 0;
    std::uint64_t missing = 0;
  };
  // Begins a file: appends its first blocks.
  void begin(std::string& out);
  Added take(const Event& event, std::string& out);
  // Counts the packets of the last take() as lost: they could not be written.
  void lose(const Added& added);
  // Appends the statistics block: packets seen and lost since begin().
  void finish(std::string& out);

  // Bytes, for all connections together.
  static constexpr std::size_t kMostMemory = std::size_t{64} << 20;
  static constexpr std::size_t kMostHeld = 256 * 1024;  // of one, while it is not known whether it is wanted
  std::size_t memory() const { return memory_; }

 private:
  static constexpr std::size_t kMostNames = 10'000;  // of one file
  static constexpr std::size_t kMostSent = 1'000;
  static constexpr std::size_t kBeginning = 64;  // of a datagram: enough to tell it from others
  static constexpr std::size_t kMostNotes = 16;  // that wait for a packet

  enum class Showing : std::uint8_t { no, undecided, yes };
  enum class Handshake : std::uint8_t { asked, accepted };
  struct Way {                                // one direction of a leg
    std::optional<std::uint64_t> offset = 0;  // of the next byte; nothing: unknown
    std::optional<std::uint64_t> masked = 0;  // the same for the mask, which sees what is not shown, too
    pcapng::SecretMask mask;
    bool ended = false;
  };
  struct Leg {
    Side side = Side::client;
    Endpoint local, remote;
    std::string host;
    bool late = false;
    WallTime opened{};
    Handshake handshake = Handshake::accepted;
    std::optional<pcapng::TcpConversation> talk;  // null until the leg is shown
    std::uint32_t file = 0;                       // the last file that has its handshake
    std::unique_ptr<HeadCuts> heads;              // null: heads are not followed
    std::uint64_t losses = 0;                     // lane losses already reported to `heads`
    Showing showing = Showing::no;
    std::uint64_t exchange = 0;
    std::vector<std::string> notes;
    std::array<Way, 2> ways;
    std::vector<StoredEvent> held;  // while undecided
    std::size_t heldCost = 0;
    std::size_t cost = 0;  // in memory_
    Way& way(Direction direction) { return ways[direction == Direction::inbound ? 0 : 1]; }
    pcapng::Party party(Direction from) const;
  };
  static constexpr std::size_t kCostOfLeg = sizeof(Leg) + 64;  // with its place in the table
  struct Sent {                                                // a datagram
    std::string headers;
    std::size_t size = 0;
    std::string beginning;
    // And more follows.
    bool beginsWith(std::string_view bytes) const;
  };
  struct Interface {
    std::uint64_t packets = 0;
    std::uint64_t lost = 0;
    std::uint64_t lostSince = 0;  // the last packet
  };

  void onPacket(pcapng::Party from, std::string_view headers, std::string_view payload) override;
  void open(const Event& event);
  static void beginInTheMiddle(Leg& leg);
  void decide(Leg& leg, const Event& about);
  void giveBackHeld(Leg& leg);
  void hide(Leg& leg, Event event);
  void hold(Leg& leg, const Event& event);
  void pass(Leg& leg, const Event& event);
  void skip(Leg& leg, const Event& event);
  void show(Leg& leg, const Event& event);
  void showBytes(Leg& leg, const Event& event);
  void showAnyHole(Leg& leg, const Event& event);
  void send(Leg& leg, pcapng::Party from, const std::vector<HeadCuts::Cut>& cuts);
  void giveUpHead(Leg& leg, Direction direction);
  void introduce(Leg& leg);
  void nameHost(const Leg& leg);
  void miss(std::uint64_t count);
  void hearOfLosses(Leg& leg);
  void count(Leg& leg);
  bool hasRoomFor(std::size_t cost) const { return memory_ + cost <= kMostMemory; }
  void showDatagram(const Event& event);
  std::string headersSent(const Event& event) const;
  void rememberSent(const Event& event, const std::string& headers);
  void append(Side side, Direction direction, std::string_view headers, std::string_view payload, std::size_t kept,
              std::vector<std::string> comments);
  std::uint32_t sequence() { return static_cast<std::uint32_t>(random_()) >> 1; }  // far from 2^32, where readers err

  const Options options_;
  std::mt19937_64 random_;
  std::unordered_map<LegId, Leg> legs_;
  std::size_t memory_ = 0;  // what they cost
  std::array<Interface, 2> interfaces_;
  std::uint32_t file_ = 0;
  std::uint64_t losses_ = 0;                            // how often events were lost
  std::set<std::pair<std::string, IpAddress>> names_;   // written to this file
  std::map<std::pair<Endpoint, Endpoint>, Sent> sent_;  // the last one between two
  WallTime last_{};                                     // of a packet: times never go back
  std::string masked_;                                  // the bytes of an event, with what is hidden

  // The state of take(), for one event.
  std::string* out_ = nullptr;
  Leg* leg_ = nullptr;
  WallTime time_{};
  Added added_;
  std::size_t left_ = 0;  // its bytes still to come
  std::size_t keep_ = 0;  // how many of the next ones are shown
  bool first_ = false;    // no packet has been made of it
  bool labels_ = false;   // its first packet bears the exchange, even without bytes
};

}  // namespace megaphone::capture
