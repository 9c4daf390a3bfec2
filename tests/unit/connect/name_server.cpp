#include "name_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <numeric>

#include "megaphone/base/ascii.h"

namespace megaphone::connect {
namespace {

constexpr std::size_t kHeader = 12;

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8 & 0xff);
  out += static_cast<char>(value & 0xff);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}
std::string encodedName(const std::string& name) {
  std::string out;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    out += static_cast<char>(end - begin);
    out += name.substr(begin, end - begin);
    begin = end + 1;
  }
  return out + '\0';
}
void putRecord(std::string& out, const std::string& owner, NameServer::Type type, std::uint32_t ttl,
               std::string_view data) {
  out += encodedName(owner);
  put16(out, static_cast<unsigned>(type));
  put16(out, 1);
  put32(out, ttl);
  put16(out, static_cast<unsigned>(data.size()));
  out += data;
}

}  // namespace

NameServer::NameServer(const Endpoint& at)
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  sockaddr_storage storage;
  const socklen_t length = at.toSockaddr(storage);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) std::abort();
  endpoint_ = *Endpoint::local(socket_.get());
  thread_ = std::thread([this] { run(); });
}

NameServer::~NameServer() {
  const std::uint64_t one = 1;
  if (::write(stop_.get(), &one, sizeof one) != sizeof one) std::abort();
  thread_.join();
}

void NameServer::script(const std::string& name, Type type, Answer answer) {
  const std::lock_guard lock(mutex_);
  answers_[{name, type}] = std::move(answer);
}

void NameServer::addresses(const std::string& name, std::vector<IpAddress> v4, std::vector<IpAddress> v6,
                           std::uint32_t ttl) {
  script(name, Type::a, {Answer::Kind::records, std::move(v4), ttl, {}, 0});
  script(name, Type::aaaa, {Answer::Kind::records, std::move(v6), ttl, {}, 0});
}

void NameServer::silence(const std::string& name) {
  for (const Type type : {Type::a, Type::aaaa}) script(name, type, {Answer::Kind::silence, {}, 0, {}, 0});
}

void NameServer::answerAll(Answer answer) {
  const std::lock_guard lock(mutex_);
  forAll_ = std::move(answer);
}

std::set<std::uint16_t> NameServer::askersPorts() {
  const std::lock_guard lock(mutex_);
  return askersPorts_;
}

void NameServer::hold(bool on) {
  const std::lock_guard lock(mutex_);
  holding_ = on;
  for (const Pending& pending : held_) send(pending);
  held_.clear();
}

int NameServer::asked(const std::string& name, Type type) {
  const std::lock_guard lock(mutex_);
  return asked_[{name, type}];
}

int NameServer::askedInAll() {
  const std::lock_guard lock(mutex_);
  return std::accumulate(asked_.begin(), asked_.end(), 0, [](int sum, const auto& each) { return sum + each.second; });
}

void NameServer::awaitAsked(const std::string& name, Type type, int times) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return asked_[{name, type}] >= times; });
}

void NameServer::run() {
  for (;;) {
    std::array<pollfd, 2> fds{{{socket_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), -1);
    if (fds[1].revents) return;
    if (fds[0].revents) receive();
  }
}

void NameServer::receive() {
  std::array<char, 2048> buffer;
  sockaddr_storage from{};
  socklen_t length = sizeof from;
  const ssize_t got =
      ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
  if (got <= static_cast<ssize_t>(kHeader)) return;
  const std::lock_guard lock(mutex_);
  Pending pending{replyTo({buffer.data(), static_cast<std::size_t>(got)}),
                  *Endpoint::from(reinterpret_cast<sockaddr*>(&from))};
  askersPorts_.insert(pending.to.port);
  changed_.notify_all();
  if (pending.reply.empty()) return;
  if (holding_)
    held_.push_back(std::move(pending));
  else
    send(pending);
}

void NameServer::send(const Pending& pending) {
  sockaddr_storage to;
  const socklen_t length = pending.to.toSockaddr(to);
  ::sendto(socket_.get(), pending.reply.data(), pending.reply.size(), 0, reinterpret_cast<const sockaddr*>(&to),
           length);
}

std::string NameServer::replyTo(std::string_view question) {
  std::string name;
  std::size_t at = kHeader;
  while (at < question.size() && question[at] != 0) {
    const auto size = static_cast<std::size_t>(question[at]);
    if (!name.empty()) name += '.';
    name += ascii::lower(question.substr(at + 1, size));
    at += size + 1;
  }
  const auto type = static_cast<Type>(static_cast<unsigned char>(question[at + 2]));
  ++asked_[{name, type}];
  const auto scripted = answers_.find({name, type});
  const Answer unknown = forAll_.value_or(Answer{Answer::Kind::noSuchName, {}, 0, {}, 0});
  const Answer answer = scripted == answers_.end() ? unknown : scripted->second;
  if (answer.kind == Answer::Kind::silence) return {};

  const unsigned code = answer.kind == Answer::Kind::noSuchName      ? 3
                        : answer.kind == Answer::Kind::serverFailure ? 2
                        : answer.kind == Answer::Kind::refusal       ? 5
                                                                     : 0;
  const bool aliased = !answer.alias.empty();
  std::string out(question.substr(0, 2));
  put16(out, 0x8180 | code);
  put16(out, 1);
  put16(out, static_cast<unsigned>(answer.addresses.size() + (aliased ? 1 : 0)));
  put32(out, 0);
  out += question.substr(kHeader, at + 5 - kHeader);
  if (aliased) putRecord(out, name, Type::cname, answer.aliasTtl, encodedName(answer.alias));
  for (const IpAddress& address : answer.addresses) {
    putRecord(out, aliased ? answer.alias : name, type, answer.ttl, address.bytes());
  }
  return out;
}

}  // namespace megaphone::connect
