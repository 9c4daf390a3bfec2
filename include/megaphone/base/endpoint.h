// IpAddress, IpNetwork, Endpoint: addresses as values, IPv4 and IPv6.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace megaphone {

enum class Transport : std::uint8_t { tcp, udp };
std::string_view word(Transport transport);  // "TCP", "UDP"

// An IPv4 or IPv6 address. IPv4 occupies the first four bytes, the rest is zero.
class IpAddress {
 public:
  enum class Family : std::uint8_t { v4, v6 };

  IpAddress() = default;  // 0.0.0.0
  static IpAddress v4(const std::array<std::uint8_t, 4>& bytes);
  static IpAddress v6(const std::array<std::uint8_t, 16>& bytes, std::uint32_t scope = 0);
  // Reads a dotted quad (four decimal parts, no leading zeros, nothing shorter) or RFC 4291 text, with an optional
  // %scope (a number or an interface name). Refuses brackets, ports and names.
  static std::optional<IpAddress> parse(std::string_view text);

  Family family() const { return family_; }
  bool isV4() const { return family_ == Family::v4; }
  // Returns four or sixteen bytes in network order: a view into this address.
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), isV4() ? std::size_t{4} : std::size_t{16}};
  }
  const std::array<std::uint8_t, 16>& raw() const { return bytes_; }
  std::uint32_t scope() const { return scope_; }

  bool isUnspecified() const;
  bool isLoopback() const;
  bool isMulticast() const;
  bool isLinkLocal() const;
  // Returns the IPv4 address inside ::ffff:0:0/96 (the kernel reports IPv4 peers of a dual-stack socket so), or a copy
  // of any other address.
  IpAddress unmapped() const;

  std::string text() const;
  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::v4;
  std::uint32_t scope_ = 0;
  std::array<std::uint8_t, 16> bytes_{};
};

// A prefix such as 10.0.0.0/8 or 2001:db8::/32; a plain address is a network of one.
struct IpNetwork {
  IpAddress base;
  unsigned prefix = 0;

  // Reads "10.0.0.0/8" or a plain address. Refuses a prefix that is too long and a base with bits set below it.
  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& address) const;
  std::string text() const;
  bool operator==(const IpNetwork&) const = default;
};

// An address and a port.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  // Reads "127.0.0.1:80" or "[::1]:80". The port is required.
  static std::optional<Endpoint> parse(std::string_view text);
  // Returns nothing for a family other than IPv4 and IPv6. Converts IPv4-mapped IPv6 addresses to IPv4.
  static std::optional<Endpoint> from(const sockaddr* address);
  static std::optional<Endpoint> local(int fd);  // getsockname
  static std::optional<Endpoint> peer(int fd);   // getpeername

  // Fills `out` and returns the length to pass to the kernel.
  socklen_t toSockaddr(sockaddr_storage& out) const;
  std::string text() const;
  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace megaphone

template <>
struct std::hash<megaphone::Endpoint> {
  std::size_t operator()(const megaphone::Endpoint& endpoint) const noexcept;
};
