#include "arrivals.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "megaphone/uv/stream.h"

namespace megaphone::server {

using Progress = proxy::ArrivalStage::Progress;
using Status = uv::Stream::Status;

class Arrivals::Arrival final : public uv::Deferred,
                                public ListNode<Arrival>,
                                public Deadlines::Node,
                                private uv::StreamSink {
 public:
  Arrival(Arrivals& owner, UniqueFd fd, record::Client client, proxy::ArrivalStages stages)
      : owner_(owner),
        client_(std::move(client)),
        stages_(std::move(stages)),
        stream_(owner.loop_, std::move(fd), *this) {}

  void begin() {
    owner_.deadlines_.set(*this, owner_.loop_.now() + owner_.limits_.time);
    stream_.resumeReading();
    advance();
  }

 private:
  void onReadable() override;
  void onWritable() override {}
  void onDeadline(MonoTime) override;
  void advance();
  bool say(std::string_view answer);
  void arrive();
  void turnAway(const Error& error);

  Arrivals& owner_;
  record::Client client_;
  proxy::ArrivalStages stages_;
  std::size_t stage_ = 0;
  std::size_t received_ = 0;
  std::string bytes_;  // received, and not consumed
  uv::Stream stream_;
};

void Arrivals::Arrival::onReadable() {
  std::array<char, 4096> piece;
  const std::size_t most = std::min(piece.size(), owner_.limits_.bytes - received_);
  const auto outcome = stream_.read({piece.data(), most});
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::ended: return turnAway({Reason::client_closed, Side::client, 0, {}});
    case Status::failed: return turnAway({Reason::client_reset, Side::client, outcome.errnum, {}});
    case Status::ok: break;
  }
  received_ += outcome.size;
  bytes_.append(piece.data(), outcome.size);
  advance();
}

void Arrivals::Arrival::advance() {
  while (stage_ < stages_.size()) {
    const proxy::ArrivalStage::Step step = stages_[stage_]->feed(bytes_, client_);
    bytes_.erase(0, step.consumed);
    const bool said = say(step.answer);
    if (step.progress == Progress::refused) return turnAway(step.error);
    if (!said) return turnAway({Reason::client_write_timeout, Side::client, 0, "an answer was not taken"});
    if (step.progress == Progress::done) {
      ++stage_;
    } else if (received_ >= owner_.limits_.bytes) {
      return turnAway({Reason::http_request_error, Side::client, 0,
                       "more than " + std::to_string(owner_.limits_.bytes) + " bytes before the first request"});
    } else {
      return;
    }
  }
  arrive();
}

// A fresh socket takes a short answer whole, or its peer is gone.
bool Arrivals::Arrival::say(std::string_view answer) {
  if (answer.empty()) return true;
  const iovec piece{const_cast<char*>(answer.data()), answer.size()};
  const auto outcome = stream_.write({&piece, 1});
  return outcome.status == Status::ok && outcome.size == answer.size();
}

void Arrivals::Arrival::onDeadline(MonoTime) {
  turnAway({Reason::request_head_timeout, Side::client, 0, "the connection did not begin as it should"});
}

void Arrivals::Arrival::arrive() {
  owner_.leave(*this);
  owner_.sink_.onArrived(stream_.release(), std::move(client_), bytes_);
}

void Arrivals::Arrival::turnAway(const Error& error) {
  owner_.leave(*this);
  owner_.sink_.onTurnedAway(client_, error);
  stream_.close();
}

Arrivals::Arrivals(uv::Loop& loop, Deadlines& deadlines, const Limits& limits, ArrivalSink& sink)
    : loop_(loop), deadlines_(deadlines), limits_(limits), sink_(sink) {}

Arrivals::~Arrivals() {
  while (Arrival* arrival = arrivals_.front()) {
    arrival->ListNode<Arrival>::unlink();
    delete arrival;
  }
}

void Arrivals::begin(UniqueFd fd, record::Client client, proxy::ArrivalStages stages) {
  if (stages.empty()) return sink_.onArrived(std::move(fd), std::move(client), {});
  if (size_ >= limits_.connections) {
    return sink_.onTurnedAway(
        client, {Reason::connection_limit_reached, Side::daemon, 0, "too many connections have not begun yet"});
  }
  auto* arrival = new Arrival(*this, std::move(fd), std::move(client), std::move(stages));
  arrivals_.pushBack(*arrival);
  ++size_;
  arrival->begin();
}

// It is on the stack still: its memory goes later.
void Arrivals::leave(Arrival& arrival) {
  arrival.ListNode<Arrival>::unlink();
  --size_;
  deadlines_.clear(arrival);
  loop_.deferDelete(std::unique_ptr<uv::Deferred>(&arrival));
}

}  // namespace megaphone::server
