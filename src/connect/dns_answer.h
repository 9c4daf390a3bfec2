// Reads a name server's answer to a question for addresses (RFC 1035). Pure; accepts any bytes.
//
// Records may stand in any order, and an alias may lead to a name of any bytes (RFC 2181 section 11): only the name
// that was asked for has to be a host name. Records that the chain of aliases does not reach are ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::connect {

struct DnsReading {
  enum class Status : std::uint8_t {
    found,
    noSuchName,  // NXDOMAIN
    noAddress,   // the name exists, or leads to nothing
    refused,     // the server cannot or will not answer: SERVFAIL, REFUSED and the like
    malformed,
  };
  Status status = Status::malformed;
  std::vector<IpAddress> addresses;  // of the family that was asked for, in the server's order, none twice
  Duration ttl{};                    // found: the smallest of the chain of aliases and of the addresses
  std::string_view code;             // refused: the response code's name, such as "SERVFAIL"
};

// Bounds the cache; more than are ever dialled of one family.
inline constexpr std::size_t kMostAddresses = 32;
// Longer chains of aliases are errors or loops.
inline constexpr std::size_t kMostAliases = 32;

// Reads `message`. `name`: a normal name (host_name.h). The transport has checked the message's id and question.
DnsReading readDnsAnswer(std::string_view message, std::string_view name, IpAddress::Family family);

}  // namespace megaphone::connect
