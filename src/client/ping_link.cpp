#include "ping_link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "datagram_socket.h"

namespace megaphone::client {
namespace {

using Result = PingLink::Result;
using Kind = Result::Kind;

Result resultOf(NetworkError error) {
  if (error.errnum == 0) return {};
  return {error.errnum == EAGAIN ? Kind::not_now : Kind::failed, std::move(error)};
}

class DatagramLink : public PingLink {
 public:
  explicit DatagramLink(std::vector<Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}

  NetworkError open() { return socket_.open(endpoints_[current_]); }
  int fd() const override { return socket_.fd(); }
  Endpoint endpoint() const override { return endpoints_[current_]; }
  Result send(std::string_view question) override { return resultOf(socket_.send(question)); }
  Result receive(std::string& answer) override {
    auto [error, datagram] = socket_.receive(buffer_);
    answer = datagram;
    return resultOf(std::move(error));
  }
  bool next() override {
    while (current_ + 1 < endpoints_.size()) {
      ++current_;
      if (open().errnum == 0) return true;
    }
    return false;
  }

 private:
  std::vector<Endpoint> endpoints_;
  std::size_t current_ = 0;
  DatagramSocket socket_;
  std::array<char, 65536> buffer_;
};

class StreamLink : public PingLink {
 public:
  StreamLink(UniqueFd socket, std::size_t size) : socket_(std::move(socket)), size_(size) {
    const int on = 1;  // a question does not wait for the answer to the one before
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  int fd() const override { return socket_.get(); }
  Endpoint endpoint() const override { return Endpoint::peer(socket_.get()).value_or(Endpoint{}); }
  bool busy() const override { return !rest_.empty(); }
  Result send(std::string_view question) override {
    rest_ = question;
    rest_ += '\n';
    const Result pushed = push();
    return pushed.kind == Kind::not_now ? Result{} : pushed;  // what is left follows by push()
  }
  Result push() override {
    const ssize_t sent = ::send(socket_.get(), rest_.data(), rest_.size(), MSG_NOSIGNAL);
    if (sent < 0) return resultOf({.errnum = errno == EINTR ? EAGAIN : errno});
    rest_.erase(0, static_cast<std::size_t>(sent));
    return {};
  }
  Result receive(std::string& answer) override {
    if (received_.size() - begin_ < size_) {
      received_.erase(0, begin_);
      begin_ = 0;
      std::array<char, 65536> buffer;
      const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (got == 0) return {Kind::closed, {}};
      if (got < 0) return resultOf({.errnum = errno == EINTR ? EAGAIN : errno});
      received_.append(buffer.data(), static_cast<std::size_t>(got));
      if (received_.size() < size_) return {Kind::not_now, {}};
    }
    answer.assign(received_, begin_, size_);
    if (answer.ends_with('\n')) answer.pop_back();  // any other byte stays, so that it is seen to be wrong
    begin_ += size_;
    return {};
  }

 private:
  UniqueFd socket_;
  std::size_t size_;
  std::string rest_;       // of the last question, still to be sent
  std::string received_;   // less than an answer, and one read
  std::size_t begin_ = 0;  // of what was not returned yet
};

}  // namespace

std::unique_ptr<PingLink> datagramLink(std::vector<Endpoint> endpoints, NetworkError& error) {
  auto link = std::make_unique<DatagramLink>(std::move(endpoints));
  error = link->open();
  if (error.errnum != 0 && !link->next()) return nullptr;
  return link;
}

std::unique_ptr<PingLink> streamLink(UniqueFd socket, std::size_t size) {
  return std::make_unique<StreamLink>(std::move(socket), size);
}

}  // namespace megaphone::client
