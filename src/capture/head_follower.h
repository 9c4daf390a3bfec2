// HeadFollower: finds which bytes of a connection are heads of HTTP messages, requests in one direction and answers in
// the other, however they are cut. Pure.
//
// Bytes that it does not understand are not heads, and nor is anything after them: content and trailers, a tunnel,
// another protocol, bytes after a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "megaphone/http/response_parser.h"
#include "megaphone/pcapng/tcp_conversation.h"

namespace megaphone::capture {

class HeadFollower {
 public:
  enum class Kind : std::uint8_t {
    part,    // of a head, incomplete so far
    last,    // of a head: completes it
    before,  // the same, and content follows
    other,   // not a head
  };
  struct Run {
    std::size_t size = 0;
    Kind kind = Kind::other;
  };

  static constexpr std::size_t kCostOfParsers = 2048;  // bytes of memory, before they have read anything

  HeadFollower();

  // Classifies the bytes as consecutive runs, which together are as long as `bytes`. The initiator sends requests.
  std::vector<Run> take(pcapng::Party from, std::string_view bytes);
  // Notes that bytes are missing here.
  void lose() { state_ = State::lost; }
  bool lost() const { return state_ == State::lost; }
  // Notes that the next bytes of either direction begin a message. Has an effect only if lost().
  void restart();

 private:
  static constexpr std::size_t kMostAsked = 10'000;

  enum class State : std::uint8_t {
    follows,
    asked_tunnel,  // the answer to CONNECT is to come
    early,         // the same, and the client does not wait for it
    nonsense,      // the request is not understood, but its answer is still to come
    lost,          // nothing is a head any more
  };
  void takeRequests(std::string_view bytes, std::vector<Run>& runs);
  void takeAnswers(std::string_view bytes, std::vector<Run>& runs);
  void endRequest();
  void beginAnswer();
  void headOfAnswer();

  State state_ = State::follows;
  http::RequestParser requests_;
  http::ResponseParser answers_;
  bool inRequest_ = false;  // its head is whole
  bool inAnswer_ = false;
  bool answering_ = false;  // the parser knows to what
  std::deque<http::RequestKind> asked_;
  http::RequestKind answered_ = http::RequestKind::ordinary;
};

}  // namespace megaphone::capture
