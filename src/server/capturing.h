// Capturing: what the sessions of one loop tell a capture. CapturedStream: what it is told of one connection.
//
// As long as nobody captures, a session looks at a null pointer here and there. A captured connection has a
// CapturedStream for its witness, for as long as the stream lives, wherever it goes: a tunnel, the idle origins, the
// next exchange. Bytes that a witness must see are copied, never spliced.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/capture/lane.h"
#include "megaphone/capture/request.h"
#include "megaphone/record/client.h"
#include "megaphone/uv/stream.h"

namespace megaphone::server {

// Names the exchange whose bytes pass through a connection now.
struct CapturedExchange {
  std::uint64_t id = 0;  // 0: not known yet
  std::string_view listener;
  IpAddress client;
  std::string_view host;  // "": not known yet
  capture::Next next = capture::Next::unknown;
};

class Capturing {
 public:
  explicit Capturing(capture::Lane& lane) : lane_(lane) {}

  // Takes the scopes of all running captures. Every captured connection has to be told of again after this.
  void change(capture::WantedPtr wanted) {
    wanted_ = std::move(wanted);
    ++generation_;
  }
  bool wants(std::string_view listener, const IpAddress& client) const { return wanted_ && find(listener, client); }
  bool wants(std::string_view listener, const record::Client& client) const {
    return wants(listener, client.address());
  }
  // Returns whether a capture wants some client of the listener.
  bool wantsAnyOf(std::string_view listener) const;
  bool off() const { return !wanted_; }

  // Captures the stream from now on. `host`: the name of an origin. `late`: it has carried bytes before.
  void begin(uv::Stream& stream, Side side, const Endpoint& remote, std::string_view host, bool late);
  // Does the same for a stream whose beginning captures know already.
  void goOn(uv::Stream& stream, capture::LegId leg, const Endpoint& remote, std::string_view host);
  // Reports that a connection ended before it had a stream.
  void lose(capture::LegId leg);

  capture::Lane& lane() { return lane_; }
  std::uint32_t generation() const { return generation_; }

 private:
  bool find(std::string_view listener, const IpAddress& client) const;

  capture::Lane& lane_;
  capture::WantedPtr wanted_;  // null: nobody captures
  std::uint32_t generation_ = 0;
};

class CapturedStream final : public uv::StreamWitness {
 public:
  CapturedStream(Capturing& capturing, capture::LegId leg, Side side, const Endpoint& local, const Endpoint& remote,
                 std::string_view host);
  ~CapturedStream() override;
  // Returns the witness; null if the stream is not captured.
  static CapturedStream* of(const uv::Stream& stream) { return static_cast<CapturedStream*>(stream.witness()); }

  void about(const CapturedExchange& exchange);
  void note(std::string_view text);

 private:
  void onRead(std::string_view bytes) override;
  void onWritten(std::span<const iovec> pieces, std::size_t size) override;
  void onHappening(Happening happening) override;
  void push(capture::EventKind kind, capture::Direction direction);

  Capturing& capturing_;
  const capture::LegId leg_;
  const Side side_;
  const Endpoint local_;
  const Endpoint remote_;
  const std::string host_;
  std::uint32_t generation_;    // of the captures that know of it
  std::uint64_t exchange_ = 0;  // the last one that was told
  std::string exchangeHost_;    // and what was known of it
  std::string exchangeListener_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

}  // namespace megaphone::server
