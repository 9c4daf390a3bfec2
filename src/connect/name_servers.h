// NameServers: asks the name servers of one configuration for the addresses of names, one question per family.
//
// The servers are asked in turn, in the order of their health (server_health.h): the next one when one has been silent
// for its time, or at once when it cannot answer. The first answer counts, also one that comes late. No other source is
// used: not nsswitch, mDNS, LLMNR or a hosts file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/uv/loop.h"
#include "server_health.h"

namespace megaphone::connect {

struct DnsAnswer {
  enum class Status : std::uint8_t {
    found,
    noSuchName,  // NXDOMAIN
    noAddress,   // the name has no address of that family
    timedOut,    // no server answered
    failed,      // servers answered that they cannot, or cannot be reached
    noDescriptors,
  };
  Status status = Status::failed;
  std::vector<IpAddress> addresses;  // in the server's order
  Duration ttl{};                    // found: the smallest of the chain of aliases and of the addresses
  std::string detail;                // for people, where there are no addresses
};

class NameServers final : public uv::Deferred {
 public:
  // Most questions sent from one source port: bounds what a forger gains by finding it out.
  static constexpr std::size_t kQuestionsPerPort = 32;

  struct Options {
    std::vector<Endpoint> servers;
    Duration timeout;     // of each server in the first round; doubled for each further round
    std::uint32_t tries;  // rounds
    std::shared_ptr<ServerHealth> health;
  };
  using OnAnswer = std::function<void(DnsAnswer)>;

  // REQUIRES: there is a server.
  NameServers(uv::Loop& loop, Options options);
  // Drops pending questions without a call. REQUIRES: not inside OnAnswer.
  ~NameServers() override;

  // Asks for the addresses of a name. Calls `onAnswer` exactly once while *this lives, perhaps before query() returns.
  // REQUIRES: name is a normal name (host_name.h).
  void query(const std::string& name, IpAddress::Family family, OnAnswer onAnswer);
  std::size_t underWay() const;

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::connect
