#include "uppercase_udp_service.h"

#include <algorithm>
#include <random>

#include "megaphone/log/log.h"
#include "megaphone/uppercase/uppercase.h"

namespace megaphone::server {
namespace {

using Verdict = uppercase::SourceTable::Verdict;

constexpr std::uint16_t kFirstHighPort = 1024;

std::uint64_t randomKey() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

bool hasLowerCase(std::span<const char> bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool isBroadcast(const IpAddress& address) {
  return address.isV4() &&
         std::all_of(address.bytes().begin(), address.bytes().end(), [](char c) { return c == '\xff'; });
}

}  // namespace

UppercaseUdpService::UppercaseUdpService(LoopContext& context, const config::UppercaseUdp& settings, UniqueFd fd,
                                         std::vector<std::uint16_t> ownPorts, Duration recordInterval)
    : context_(context),
      settings_(settings),
      clients_(settings.clients),
      ownPorts_(std::move(ownPorts)),
      recordInterval_(recordInterval),
      sources_({settings.rate_limit, settings.rate_limit_loopback, settings.repeat_limit, settings.silence},
               randomKey()),
      socket_(context.loop, std::move(fd), *this) {
  record_.kind = record::Kind::uppercase_udp;
  record_.listener = settings_.name;
}

UppercaseUdpService::~UppercaseUdpService() { writeRecord(); }

void UppercaseUdpService::onDatagrams(std::span<uv::Datagram> batch) {
  const MonoTime now = context_.loop.now();
  if (record_.datagrams_in == 0) {
    intervalBegan_ = now;
    context_.deadlines.set(*this, now + recordInterval_);
  }
  for (uv::Datagram& datagram : batch) {
    ++record_.datagrams_in;
    record_.client_in += datagram.payload.size();
    if (!mayAnswer(datagram)) continue;
    switch (sources_.judge(datagram.from, datagram.payload, !hasLowerCase(datagram.payload), now)) {
      case Verdict::silence_begins:
        log::infoSometimes(
            settings_.name + " silence",
            settings_.name + ": " + datagram.from.text() +
                " sends the same datagram over and over, as another service answering us would; silenced for a while");
        continue;
      case Verdict::silenced:
      case Verdict::too_fast: continue;
      case Verdict::answer: break;
    }
    uppercase::toUpper(datagram.payload);
    datagram.answer = true;
    ++record_.datagrams_out;
    record_.client_out += datagram.payload.size();
  }
}

bool UppercaseUdpService::mayAnswer(const uv::Datagram& datagram) const {
  const Endpoint& from = datagram.from;
  if (from.port == 0 || (from.port < kFirstHighPort && !settings_.answer_low_ports)) return false;
  if (from.address.isMulticast() || from.address.isUnspecified() || isBroadcast(from.address)) return false;
  // A datagram of our own comes from the address that it goes to, or through loopback.
  const bool oneOfOurPorts = std::find(ownPorts_.begin(), ownPorts_.end(), from.port) != ownPorts_.end();
  if (oneOfOurPorts && (from.address == datagram.to || from.address.isLoopback())) return false;
  return clients_.judge(from.address).allowed();
}

void UppercaseUdpService::onUnsent(std::size_t count, std::size_t bytes) {
  record_.datagrams_out -= count;
  record_.client_out -= bytes;
}

void UppercaseUdpService::onDeadline(MonoTime) { writeRecord(); }

void UppercaseUdpService::writeRecord() {
  if (record_.datagrams_in == 0) return;
  record_.id = context_.surroundings.nextId();
  record_.total = context_.loop.now() - intervalBegan_;
  context_.write(record_);
  record_.datagrams_in = record_.datagrams_out = record_.client_in = record_.client_out = 0;
}

}  // namespace megaphone::server
