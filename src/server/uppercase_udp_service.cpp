#include "uppercase_udp_service.h"

#include <algorithm>

#include "megaphone/log/log.h"
#include "megaphone/uppercase/uppercase.h"

namespace megaphone::server {
namespace {

using Verdict = uppercase::SourceTable::Verdict;

constexpr std::uint16_t kFirstHighPort = 1024;

bool hasLowerCase(std::span<const char> bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool isBroadcast(const IpAddress& address) {
  return address.isV4() &&
         std::all_of(address.bytes().begin(), address.bytes().end(), [](char c) { return c == '\xff'; });
}

}  // namespace

UppercaseUdpService::UppercaseUdpService(LoopContext& context, SocketId socket, UniqueFd fd)
    : context_(context),
      socketId_(socket),
      listener_(context.listeners->inside().find<UppercaseUdpListenerState>(socket)),
      local_(Endpoint::local(fd.get()).value_or(Endpoint{})),
      socket_(context.loop, std::move(fd), *this) {
  record_.kind = record::Kind::uppercase_udp;
  record_.listener = listener_->settings.name;
  captureChanged();
}

bool UppercaseUdpService::serveAsConfigured() {
  auto now = context_.listeners->inside().find<UppercaseUdpListenerState>(socketId_);
  if (!now) return false;
  if (now->settings.name != listener_->settings.name) writeRecord();
  record_.listener = now->settings.name;
  if (now->settings.receive_buffer != listener_->settings.receive_buffer)
    socket_.askForReceiveBuffer(now->settings.receive_buffer);
  listener_ = std::move(now);
  captureChanged();
  return true;
}

void UppercaseUdpService::captureChanged() {
  socket_.tellClosedPorts(context_.capturing.wantsAnyOf(listener_->settings.name));
}

UppercaseUdpService::~UppercaseUdpService() { writeRecord(); }

void UppercaseUdpService::onDatagrams(std::span<uv::Datagram> batch) {
  const MonoTime now = context_.loop.now();
  if (record_.datagrams_in == 0) {
    intervalBegan_ = now;
    context_.deadlines.set(*this, now + listener_->recordInterval);
  }
  for (uv::Datagram& datagram : batch) {
    ++record_.datagrams_in;
    record_.client_in += datagram.payload.size();
    const bool captured = context_.capturing.wants(listener_->settings.name, datagram.from.address);
    const std::string_view refusal = judge(datagram, now);
    if (captured) capture(datagram, capture::Direction::inbound, refusal);
    if (!refusal.empty()) continue;
    uppercase::toUpper(datagram.payload);
    datagram.answer = true;
    ++record_.datagrams_out;
    record_.client_out += datagram.payload.size();
    if (captured) capture(datagram, capture::Direction::outbound, {});
  }
}

// Why it is not answered; nothing where it is.
std::string_view UppercaseUdpService::judge(const uv::Datagram& datagram, MonoTime now) {
  if (datagram.toMany) return "not answered: it was sent to a broadcast or multicast address";
  if (!mayAnswer(datagram)) return "not answered: nobody may ask from there";
  switch (listener_->sources->judge(datagram.from, datagram.payload, !hasLowerCase(datagram.payload), now)) {
    case Verdict::silence_begins:
      log::infoSometimes(
          listener_->settings.name + " silence",
          listener_->settings.name + ": " + datagram.from.text() +
              " sends the same datagram over and over, as another service answering us would; silenced for a while");
      [[fallthrough]];
    case Verdict::silenced: return "not answered: silenced for repeating itself";
    case Verdict::too_fast: return "not answered: rate_limit";
    case Verdict::answer: break;
  }
  return {};
}

void UppercaseUdpService::capture(const uv::Datagram& datagram, capture::Direction direction, std::string_view text) {
  context_.capturing.lane().push({.kind = capture::EventKind::datagram,
                                  .direction = direction,
                                  .local = localFor(datagram.to),
                                  .remote = datagram.from,
                                  .listener = listener_->settings.name,
                                  .text = text,
                                  .bytes = {datagram.payload.data(), datagram.payload.size()}});
}

// Nobody is there any more to take our answer.
void UppercaseUdpService::onPortClosed(const Endpoint& remote, const IpAddress& local, std::string_view quote) {
  if (!context_.capturing.wants(listener_->settings.name, remote.address)) return;
  context_.capturing.lane().push({.kind = capture::EventKind::unreachable,
                                  .local = localFor(local),
                                  .remote = remote,
                                  .listener = listener_->settings.name,
                                  .bytes = quote});
}

Endpoint UppercaseUdpService::localFor(const IpAddress& told) const {
  return {told.isUnspecified() ? local_.address : told, local_.port};
}

bool UppercaseUdpService::mayAnswer(const uv::Datagram& datagram) const {
  const Endpoint& from = datagram.from;
  if (from.port == 0 || (from.port < kFirstHighPort && !listener_->settings.answer_low_ports)) return false;
  if (from.address.isMulticast() || from.address.isUnspecified() || isBroadcast(from.address)) return false;
  // A datagram of our own comes from the address that it goes to, or through loopback.
  const auto& own = listener_->ownPorts;
  const bool oneOfOurPorts = std::find(own.begin(), own.end(), from.port) != own.end();
  if (oneOfOurPorts && (from.address == datagram.to || from.address.isLoopback())) return false;
  return listener_->clients.judge(from.address).allowed();
}

void UppercaseUdpService::onUnsent(std::size_t count, std::size_t bytes) {
  record_.datagrams_out -= count;
  record_.client_out -= bytes;
}

void UppercaseUdpService::onDeadline(MonoTime) { writeRecord(); }

void UppercaseUdpService::writeRecord() {
  if (record_.datagrams_in == 0) return;
  record_.id = context_.environment.nextId();
  record_.total = context_.loop.now() - intervalBegan_;
  context_.write(record_, listener_->countersOn(context_.index));
  record_.datagrams_in = record_.datagrams_out = record_.client_in = record_.client_out = 0;
  record_.counted = {};
}

}  // namespace megaphone::server
