#include "megaphone/pcapng/packets.h"

#include <cassert>

#include "bytes.h"

namespace megaphone::pcapng {
namespace {

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint8_t kIcmp6 = 58;
constexpr std::uint8_t kHops = 64;
constexpr std::size_t kUdpHeader = 8;

// Computes the Internet checksum (RFC 1071) of pieces; only the last one may have an odd size.
class Checksum {
 public:
  void add(std::string_view bytes) {
    const auto byte = [bytes](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(bytes[i])}; };
    const std::size_t even = bytes.size() & ~std::size_t{1};
    for (std::size_t i = 0; i < even; i += 2) sum_ += byte(i) << 8 | byte(i + 1);
    if (even < bytes.size()) sum_ += byte(even) << 8;
  }
  std::uint16_t value() const {
    std::uint64_t folded = sum_;
    while (folded >> 16 != 0) folded = (folded & 0xffff) + (folded >> 16);
    return static_cast<std::uint16_t>(~folded);
  }

 private:
  std::uint64_t sum_ = 0;
};

void put(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value & 0xff);
}

std::uint16_t checksumOf(std::string_view bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

// Returns the checksum of a transport packet with its pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1).
std::uint16_t checksumOf(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, std::string_view header,
                         std::string_view payload) {
  std::string pseudo(from.bytes());
  pseudo += to.bytes();
  appendBig(pseudo, static_cast<std::uint32_t>(header.size() + payload.size()));
  appendBig(pseudo, std::uint32_t{protocol});
  Checksum sum;
  sum.add(pseudo);
  sum.add(header);
  sum.add(payload);
  return sum.value();
}

std::string ipHeader(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, std::size_t length) {
  assert(from.family() == to.family());
  std::string out;
  if (from.isV4()) {
    constexpr std::size_t kHeader = 20;
    constexpr std::size_t kChecksumAt = 10;
    out.push_back(0x45);
    out.push_back(0);
    appendBig(out, static_cast<std::uint16_t>(kHeader + length));
    appendBig(out, std::uint32_t{0x4000});  // no identification, as nothing is ever fragmented
    appendBig(out, kHops);
    appendBig(out, protocol);
    appendBig(out, std::uint16_t{0});
    out += from.bytes();
    out += to.bytes();
    put(out, kChecksumAt, checksumOf(out));
  } else {
    appendBig(out, std::uint32_t{0x6000'0000});
    appendBig(out, static_cast<std::uint16_t>(length));
    appendBig(out, protocol);
    appendBig(out, kHops);
    out += from.bytes();
    out += to.bytes();
  }
  return out;
}

std::uint8_t bits(const TcpFlags& flags) {
  return static_cast<std::uint8_t>(flags.fin | flags.syn << 1 | flags.rst << 2 | flags.psh << 3 | flags.ack << 4);
}

// Returns the options of a SYN: large segments and a large window.
std::string synOptions() {
  std::string out;
  appendBig(out, std::uint32_t{0x0204'0000 | kLargestSegment});  // maximum segment size
  appendBig(out, std::uint32_t{0x0103'0307});                    // a window of 65535 * 2^7 bytes
  return out;
}

}  // namespace

std::string tcpHeaders(const Endpoint& from, const Endpoint& to, const TcpSegment& segment, std::string_view payload) {
  constexpr std::size_t kChecksumAt = 16;
  const std::string options = segment.flags.syn ? synOptions() : std::string();
  std::string tcp;
  appendBig(tcp, from.port);
  appendBig(tcp, to.port);
  appendBig(tcp, segment.sequence);
  appendBig(tcp, segment.acknowledged);
  appendBig(tcp, static_cast<std::uint8_t>((20 + options.size()) / 4 << 4));
  appendBig(tcp, bits(segment.flags));
  appendBig(tcp, std::uint16_t{0xffff});  // the window
  appendBig(tcp, std::uint16_t{0});
  appendBig(tcp, std::uint16_t{0});
  tcp += options;
  put(tcp, kChecksumAt, checksumOf(from.address, to.address, kTcp, tcp, payload));
  return ipHeader(from.address, to.address, kTcp, tcp.size() + payload.size()) + tcp;
}

std::string udpHeaders(const Endpoint& from, const Endpoint& to, std::string_view payload) {
  constexpr std::size_t kChecksumAt = 6;
  std::string udp;
  appendBig(udp, from.port);
  appendBig(udp, to.port);
  appendBig(udp, static_cast<std::uint16_t>(kUdpHeader + payload.size()));
  appendBig(udp, std::uint16_t{0});
  const std::uint16_t sum = checksumOf(from.address, to.address, kUdp, udp, payload);
  put(udp, kChecksumAt, sum == 0 ? std::uint16_t{0xffff} : sum);  // 0 would mean no checksum
  return ipHeader(from.address, to.address, kUdp, udp.size() + payload.size()) + udp;
}

std::string portUnreachable(const IpAddress& from, const IpAddress& to, std::string_view headers) {
  constexpr std::size_t kChecksumAt = 2;
  std::string icmp;
  icmp.push_back(from.isV4() ? 3 : 1);  // destination unreachable
  icmp.push_back(from.isV4() ? 3 : 4);  // its port
  appendBig(icmp, std::uint16_t{0});
  appendBig(icmp, std::uint32_t{0});
  icmp += headers;
  const std::uint8_t protocol = from.isV4() ? kIcmp : kIcmp6;
  put(icmp, kChecksumAt, from.isV4() ? checksumOf(icmp) : checksumOf(from, to, protocol, icmp, {}));
  return ipHeader(from, to, protocol, icmp.size()) + icmp;
}

}  // namespace megaphone::pcapng
