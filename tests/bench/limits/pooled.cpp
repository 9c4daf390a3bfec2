#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "servers.h"
#include "sockets.h"
#include "turns.h"

namespace bench {
namespace {

class ClientSide;

// Bytes out, and what the socket did not take.
class Out {
 public:
  bool write(int fd, std::string_view bytes) {
    ssize_t sent = pending_.empty() ? ::write(fd, bytes.data(), bytes.size()) : 0;
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent < 0) sent = 0;
    pending_.append(bytes.substr(static_cast<std::size_t>(sent)));
    return true;
  }
  bool flush(int fd) {
    if (pending_.empty()) return true;
    const ssize_t sent = ::write(fd, pending_.data(), pending_.size());
    if (sent > 0) pending_.erase(0, static_cast<std::size_t>(sent));
    return sent >= 0 || errno == EAGAIN;
  }
  void hold(std::string bytes) { pending_ = std::move(bytes); }
  std::size_t size() const { return pending_.size(); }

 private:
  std::string pending_;
};

class OriginSide final : public Handler {
 public:
  OriginSide(Poller& poller, int port) : Handler(poller), port_(port) {}
  // A kept connection, or one that is being made; null where that fails.
  static OriginSide* to(Poller& poller, int port, std::string&& request, ClientSide* client);
  void onEvents(std::uint32_t events) override;
  void leave() { client_ = nullptr, end(); }
  bool paused() const { return paused_; }

 private:
  static std::unordered_map<int, std::vector<OriginSide*>>& pool();
  bool take(std::string_view bytes);
  void done();
  void end();

  int port_;
  ClientSide* client_ = nullptr;
  Out out_;
  std::string head_;  // of an answer that came in part
  std::uint64_t left_ = 0;
  bool inContent_ = false;
  bool idle_ = false;
  bool paused_ = false;
};

class ClientSide final : public Handler {
 public:
  using Handler::Handler;
  void onEvents(std::uint32_t events) override;
  bool give(std::string_view bytes) { return out_.write(fd(), bytes); }
  bool full() const { return out_.size() > kMostPending; }
  void answered();
  void originGone() {
    origin_ = nullptr;
    end();
  }

 private:
  static constexpr std::size_t kMostPending = std::size_t{1} << 20;
  void request();
  void end();

  std::string in_;
  Out out_;
  OriginSide* origin_ = nullptr;
  bool closes_ = false;
};

std::unordered_map<int, std::vector<OriginSide*>>& OriginSide::pool() {
  static std::unordered_map<int, std::vector<OriginSide*>> pool;
  return pool;
}

OriginSide* OriginSide::to(Poller& poller, int port, std::string&& request, ClientSide* client) {
  auto& kept = pool()[port];
  if (!kept.empty()) {
    OriginSide* origin = kept.back();
    kept.pop_back();
    origin->idle_ = false;
    origin->client_ = client;
    if (origin->out_.write(origin->fd(), request)) return origin;
    origin->leave();
    return nullptr;
  }
  const int fd = dial(port);
  if (fd < 0) return nullptr;
  auto* origin = new OriginSide(poller, port);  // retires itself
  origin->client_ = client;
  origin->out_.hold(std::move(request));
  origin->adopt(fd, kEdges);
  return origin;
}

void OriginSide::end() {
  if (!open()) return;
  if (idle_) std::erase(pool()[port_], this);
  if (client_ != nullptr) std::exchange(client_, nullptr)->originGone();
  retire();
}

void OriginSide::onEvents(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0 && !out_.flush(fd())) return end();
  if ((events & kHeard) == 0 && !paused_) return;
  paused_ = false;
  for (;;) {
    if (client_ != nullptr && client_->full()) {
      paused_ = true;
      return;
    }
    const ssize_t got = ::read(fd(), scratch(), kReadSize);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || client_ == nullptr) return end();
    const auto size = static_cast<std::size_t>(got);
    if (!take({scratch(), size})) return;
    if (size < kReadSize && (events & EPOLLRDHUP) == 0) return;
  }
}

// False: the answer is over, or nothing can be done.
bool OriginSide::take(std::string_view bytes) {
  if (!inContent_) {
    if (!head_.empty()) bytes = head_.append(bytes);
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      if (head_.empty()) head_ = bytes;
      return true;
    }
    const std::size_t field = bytes.substr(0, end).find("Content-Length: ");
    left_ = end + 4 + (field == std::string_view::npos ? 0 : std::strtoull(bytes.data() + field + 16, nullptr, 10));
    inContent_ = true;
  }
  if (!client_->give(bytes)) return this->end(), false;
  left_ -= std::min<std::uint64_t>(left_, bytes.size());
  head_.clear();
  if (left_ > 0) return true;
  done();
  return false;
}

void OriginSide::done() {
  inContent_ = false;
  idle_ = true;
  pool()[port_].push_back(this);
  std::exchange(client_, nullptr)->answered();
}

void ClientSide::end() {
  if (!open()) return;
  if (origin_ != nullptr) std::exchange(origin_, nullptr)->leave();
  retire();
}

void ClientSide::answered() {
  origin_ = nullptr;
  if (closes_ && out_.size() == 0) return end();
  if (!in_.empty()) request();
}

void ClientSide::request() {
  const std::size_t headEnd = in_.find("\r\n\r\n");
  if (headEnd == std::string::npos || origin_ != nullptr) return;
  const std::size_t scheme = in_.find("http://");
  if (scheme == std::string::npos || scheme > 16) return end();
  const std::size_t path = in_.find('/', scheme + 7);
  const int port = std::atoi(in_.c_str() + in_.find(':', scheme + 7) + 1);
  closes_ = std::string_view(in_).substr(0, headEnd).find("Connection: close") != std::string_view::npos;
  std::string out;
  out.reserve(headEnd + 4);
  out.append(in_, 0, scheme).append(in_, path, headEnd + 4 - path);
  const std::size_t field = out.find(closes_ ? "Connection: close" : "Proxy-Connection:");
  if (field != std::string::npos) out.erase(field, out.find('\n', field) + 1 - field);
  in_.erase(0, headEnd + 4);
  origin_ = OriginSide::to(poller(), port, std::move(out), this);
  if (origin_ == nullptr) end();
}

void ClientSide::onEvents(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    if (!out_.flush(fd())) return end();
    if (out_.size() == 0 && closes_ && origin_ == nullptr) return end();
    if (out_.size() == 0 && origin_ != nullptr && origin_->paused()) origin_->onEvents(0);
    if (!open()) return;
  }
  if ((events & kHeard) == 0) return;
  const ssize_t got = ::read(fd(), scratch(), 16384);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return end();
  in_.append(scratch(), static_cast<std::size_t>(got));
  request();
}

}  // namespace

void runPooled(int port) {
  Poller poller;
  const Listener<ClientSide> listener(poller, port, kEdges);
  Turns::instance().run(poller);
}

}  // namespace bench
