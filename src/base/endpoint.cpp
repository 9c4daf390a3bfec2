#include "megaphone/base/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "megaphone/base/ascii.h"

namespace megaphone {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<std::uint32_t> parseScope(const std::string& text) {
  if (const auto number = ascii::parseDecimal(text, UINT32_MAX)) return static_cast<std::uint32_t>(*number);
  const unsigned index = if_nametoindex(text.c_str());
  if (index == 0) return std::nullopt;
  return index;
}

// inet_ntop(3) goes through sprintf(3), at ten times the cost; the access log writes two in each line.
std::string dottedQuad(const std::uint8_t* bytes) {
  std::array<char, INET_ADDRSTRLEN> text;
  char* end = text.data();
  for (int i = 0; i < 4; ++i) {
    end = std::to_chars(end, text.data() + text.size() - 1, bytes[i]).ptr;
    *end++ = '.';
  }
  return {text.data(), end - 1};
}

bool sameBits(const std::uint8_t* a, const std::uint8_t* b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(a, b, whole) != 0) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xffu << (8 - rest));
  return ((a[whole] ^ b[whole]) & mask) == 0;
}

}  // namespace

IpAddress IpAddress::v4(const std::array<std::uint8_t, 4>& bytes) {
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes, std::uint32_t scope) {
  IpAddress address;
  address.family_ = Family::v6;
  address.bytes_ = bytes;
  address.scope_ = scope;
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > INET6_ADDRSTRLEN + IF_NAMESIZE) return std::nullopt;
  const std::string plain(text.substr(0, text.find('%')));
  if (plain.find(':') == std::string::npos) {
    std::array<std::uint8_t, 4> bytes{};
    if (plain.size() != text.size() || inet_pton(AF_INET, plain.c_str(), bytes.data()) != 1) return std::nullopt;
    return v4(bytes);
  }
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return std::nullopt;
  std::uint32_t scope = 0;
  if (plain.size() != text.size()) {
    const auto parsed = parseScope(std::string(text.substr(plain.size() + 1)));
    if (!parsed) return std::nullopt;
    scope = *parsed;
  }
  return v6(bytes, scope);
}

std::string_view word(Transport transport) { return transport == Transport::tcp ? "TCP" : "UDP"; }

bool IpAddress::isUnspecified() const { return bytes_ == decltype(bytes_){}; }

bool IpAddress::isLoopback() const {
  if (isV4()) return bytes_[0] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t b) { return b == 0; }) && bytes_[15] == 1;
}

bool IpAddress::isMulticast() const { return isV4() ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff; }

bool IpAddress::isLinkLocal() const {
  return isV4() ? bytes_[0] == 169 && bytes_[1] == 254 : bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

IpAddress IpAddress::unmapped() const {
  if (isV4() || !std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin())) return *this;
  return v4({bytes_[12], bytes_[13], bytes_[14], bytes_[15]});
}

std::string IpAddress::text() const {
  if (isV4()) return dottedQuad(bytes_.data());
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  std::string out(buffer.data());
  if (scope_ != 0) {
    out += '%';
    ascii::appendDecimal(out, scope_);
  }
  return out;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base || base->scope() != 0) return std::nullopt;
  const unsigned longest = base->isV4() ? 32 : 128;
  if (slash == std::string_view::npos) return IpNetwork{*base, longest};
  const auto prefix = ascii::parseDecimal(text.substr(slash + 1), longest);
  if (!prefix) return std::nullopt;
  const IpNetwork network{*base, static_cast<unsigned>(*prefix)};
  for (unsigned bit = network.prefix; bit < longest; ++bit) {
    if (base->raw()[bit / 8] & (0x80u >> (bit % 8))) return std::nullopt;
  }
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.family() == base.family() && sameBits(address.raw().data(), base.raw().data(), prefix);
}

std::string IpNetwork::text() const {
  std::string out = base.text();
  out += '/';
  ascii::appendDecimal(out, prefix);
  return out;
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = ascii::parseDecimal(text.substr(colon + 1), 65535);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  if (!port || !address || bracketed == address->isV4()) return std::nullopt;
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::optional<Endpoint> Endpoint::from(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return Endpoint{IpAddress::v4(bytes), ntohs(in.sin_port)};
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address, sizeof in6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
    return Endpoint{IpAddress::v6(bytes, in6.sin6_scope_id).unmapped(), ntohs(in6.sin6_port)};
  }
  return std::nullopt;
}

std::optional<Endpoint> Endpoint::local(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(fd, address, &length) != 0) return std::nullopt;
  return from(address);
}

std::optional<Endpoint> Endpoint::peer(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (getpeername(fd, address, &length) != 0) return std::nullopt;
  return from(address);
}

socklen_t Endpoint::toSockaddr(sockaddr_storage& out) const {
  std::memset(&out, 0, sizeof out);
  if (address.isV4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, address.raw().data(), 4);
    std::memcpy(&out, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  in6.sin6_scope_id = address.scope();
  std::memcpy(&in6.sin6_addr, address.raw().data(), 16);
  std::memcpy(&out, &in6, sizeof in6);
  return sizeof in6;
}

std::string Endpoint::text() const {
  std::string out = address.isV4() ? address.text() : '[' + address.text() + ']';
  out += ':';
  ascii::appendDecimal(out, port);
  return out;
}

}  // namespace megaphone

std::size_t std::hash<megaphone::Endpoint>::operator()(const megaphone::Endpoint& endpoint) const noexcept {
  return std::hash<std::string_view>{}(endpoint.address.bytes()) * 31 + endpoint.port;
}
