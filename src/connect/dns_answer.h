// What a name server's message says to a question for addresses (RFC 1035). Pure: any bytes may come in.
//
// Records may stand in any order, and an alias may lead to a name of any bytes (RFC 2181 section 11): only the name
// that was asked for has to be a host name. Records that the chain of aliases does not reach are passed over.
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

// More than are ever dialled of one family, and a bound for the cache.
inline constexpr std::size_t kMostAddresses = 32;
// Longer chains of aliases are errors or loops.
inline constexpr std::size_t kMostAliases = 32;

// `name`: a normal name (host_name.h). The message's id and question are the transport's matter.
DnsReading readDnsAnswer(std::string_view message, std::string_view name, IpAddress::Family family);

}  // namespace megaphone::connect
