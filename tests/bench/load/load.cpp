#include "load.h"

#include <algorithm>
#include <string>

namespace bench {
namespace {

constexpr Nanoseconds kOverdue = 8 * kSecond;
constexpr Nanoseconds kLookEvery = 50 * kMillisecond;
constexpr Nanoseconds kGrace = 10 * kSecond;  // for what is in flight at the end

}  // namespace

Load::Load(double seconds, std::size_t atOnce) : seconds_(seconds), atOnce_(atOnce) {}
Load::~Load() = default;

void Load::add(std::unique_ptr<Client> client) { clients_.push_back(std::move(client)); }

bool Load::giveUp() const { return tally.tooManyErrors(); }
bool Load::stopping() const { return giveUp() || now() >= end_; }

void Load::begin() {
  tally.began = tally.last = now();
  end_ = tally.began + fromSeconds(seconds_);
  if (atOnce_ == 0) atOnce_ = clients_.size();
  for (const auto& client : clients_) waiting_.push_back(client.get());
  startMore();
}

void Load::startMore() {
  while (active_ < atOnce_ && !waiting_.empty()) {
    Client* client = waiting_.front();
    waiting_.pop_front();
    client->start();
  }
}

void Load::run() {
  begin();
  Nanoseconds look = tally.began + kLookEvery;
  for (;;) {
    poller.round(50);
    const Nanoseconds time = now();
    if (!stopping()) startMore();
    if (active_ == 0 && (time >= end_ || nothingLeft())) break;
    if (giveUp() && (active_ == 0 || time > tally.last + kSecond)) break;
    if (time >= look) {
      look = time + kLookEvery;
      this->look(time);
    }
    if (time > end_ + kGrace) {
      tally.error("unfinished", std::to_string(active_) + " clients");
      break;
    }
  }
  if (now() >= end_ && tally.last < end_ && !giveUp()) tally.last = end_;
}

// Where clients do one piece of work only, such as holding a tunnel.
bool Load::nothingLeft() const {
  return waiting_.empty() &&
         std::none_of(clients_.begin(), clients_.end(), [](const auto& c) { return c->busy_ || c->startsAgain_; });
}

void Load::look(Nanoseconds time) {
  for (const auto& client : clients_) {
    if (client->busy_ && time > client->since_ + kOverdue) {
      client->overdue();
    } else if (client->startsAgain_ && !stopping()) {
      client->startsAgain_ = false;
      waiting_.push_back(client.get());
    }
  }
}

void Client::setBusy(bool busy) {
  if (busy == busy_) return;
  busy_ = busy;
  if (busy) {
    ++load_.active_;
  } else {
    --load_.active_;
  }
}

void Client::nextTurn() {
  setBusy(false);
  if (stopping()) return;
  if (load_.waiting_.empty()) return start();
  load_.waiting_.push_back(this);
  load_.startMore();
}

void Client::fail(const char* kind, std::string_view detail) {
  tally().error(kind, detail);
  close();
  setBusy(false);
  startAgainLater();
}

}  // namespace bench
