#include "head_follower.h"

namespace megaphone::capture {
namespace {

using http::ParserEvent;
using http::RequestKind;
using Kind = HeadFollower::Kind;

// Above the limits of every listener.
constexpr http::HeadLimits kLimits{std::size_t{256} * 1024, std::size_t{1024} * 1024, 10'000};

RequestKind kindOf(std::string_view method) {
  return method == "CONNECT" ? RequestKind::connect : method == "HEAD" ? RequestKind::head : RequestKind::ordinary;
}

void add(std::vector<HeadFollower::Run>& runs, std::size_t size, Kind kind) {
  if (size == 0) return;
  if (kind == Kind::other && !runs.empty() && runs.back().kind == Kind::other)
    runs.back().size += size;
  else
    runs.push_back({size, kind});
}

// Returns the next event and how much input it has used.
template <class Parser>
std::pair<ParserEvent, std::size_t> step(Parser& parser) {
  const std::size_t before = parser.rest().size();
  const ParserEvent event = parser.next();
  return {event, before - parser.rest().size()};
}

}  // namespace

HeadFollower::HeadFollower() : requests_(kLimits), answers_(kLimits) {}

void HeadFollower::restart() {
  if (state_ != State::lost) return;
  state_ = State::follows;
  requests_.reset();
  inRequest_ = inAnswer_ = answering_ = false;
  asked_.clear();
}

std::vector<HeadFollower::Run> HeadFollower::take(pcapng::Party from, std::string_view bytes) {
  std::vector<Run> runs;
  if (state_ != State::lost) from == pcapng::Party::initiator ? takeRequests(bytes, runs) : takeAnswers(bytes, runs);
  std::size_t known = 0;
  for (const Run& run : runs) known += run.size;
  add(runs, bytes.size() - known, Kind::other);
  return runs;
}

void HeadFollower::takeRequests(std::string_view bytes, std::vector<Run>& runs) {
  if (state_ == State::asked_tunnel) state_ = State::early;
  requests_.feed(bytes);
  while (state_ == State::follows) {
    const auto [event, size] = step(requests_);
    switch (event) {
      case ParserEvent::head:
        inRequest_ = true;
        add(runs, size, requests_.framing().hasContent() ? Kind::before : Kind::last);
        asked_.push_back(kindOf(requests_.head().method));
        if (asked_.size() > kMostAsked) state_ = State::lost;
        break;
      case ParserEvent::need_data: return add(runs, size, inRequest_ ? Kind::other : Kind::part);
      case ParserEvent::end:
        add(runs, size, Kind::other);
        endRequest();
        break;
      case ParserEvent::error:
        asked_.push_back(RequestKind::ordinary);
        state_ = State::nonsense;
        break;
      case ParserEvent::body:
      case ParserEvent::trailers: add(runs, size, Kind::other); break;
    }
  }
}

// Bytes after a CONNECT belong to the tunnel, if the answer is 2xx.
void HeadFollower::endRequest() {
  const std::string_view rest = requests_.rest();
  requests_.reset();
  requests_.feed(rest);
  inRequest_ = false;
  if (asked_.empty() || asked_.back() != RequestKind::connect) return;
  state_ = rest.empty() ? State::asked_tunnel : State::early;
}

void HeadFollower::takeAnswers(std::string_view bytes, std::vector<Run>& runs) {
  std::string_view rest = bytes;
  while (state_ != State::lost && !rest.empty()) {
    if (!answering_) beginAnswer();
    answers_.feed(rest);
    for (bool over = false; !over && state_ != State::lost;) {
      const auto [event, size] = step(answers_);
      switch (event) {
        case ParserEvent::head:
          add(runs, size, answers_.framing().hasContent() ? Kind::before : Kind::last);
          headOfAnswer();
          break;
        case ParserEvent::need_data: return add(runs, size, inAnswer_ ? Kind::other : Kind::part);
        case ParserEvent::end:
          add(runs, size, Kind::other);
          over = true;
          break;
        case ParserEvent::error: state_ = State::lost; break;
        case ParserEvent::body:
        case ParserEvent::trailers: add(runs, size, Kind::other); break;
      }
    }
    rest = answers_.rest();
    answering_ = inAnswer_ = false;
  }
}

void HeadFollower::beginAnswer() {
  answered_ = RequestKind::ordinary;
  if (!asked_.empty()) {
    answered_ = asked_.front();
    asked_.pop_front();
  }
  answers_.expect(answered_);
  answering_ = true;
}

void HeadFollower::headOfAnswer() {
  const http::ResponseHead& head = answers_.head();
  if (head.interim()) return;
  inAnswer_ = true;
  const bool tunnel = answered_ == RequestKind::connect && head.status / 100 == 2;
  const bool last = state_ == State::nonsense && asked_.empty();
  if (tunnel || head.status == 101 || last || (answered_ == RequestKind::connect && state_ == State::early))
    state_ = State::lost;
  if (answered_ == RequestKind::connect && state_ == State::asked_tunnel) state_ = State::follows;
}

}  // namespace megaphone::capture
