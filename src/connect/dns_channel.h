// DnsChannel: asks name servers, one question per family. The only file that knows c-ares is dns_channel.cpp.
//
// It does not ask nsswitch, mDNS, LLMNR or a hosts file, and does not use search domains: a name is what it says.
// There is no cancelling of one question: each ends by itself, after its tries.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/uv/loop.h"

namespace megaphone::connect {

struct DnsAnswer {
  enum class Status : std::uint8_t {
    found,
    absent,    // the name or the record does not exist (NXDOMAIN, NODATA)
    timedOut,  // no server answered
    failed,
  };
  Status status = Status::failed;
  std::vector<IpAddress> addresses;  // of one family, in the server's order
  Duration ttl{};                    // the smallest of the chain of aliases and of the addresses
  const char* detail = "";           // for people, where there are no addresses
};

class DnsChannel final : public uv::Deferred {
 public:
  struct Options {
    std::vector<Endpoint> servers;  // empty: those of resolvConf
    Duration timeout;               // of the first try; doubled for each further round
    std::uint32_t tries;
    std::string resolvConf;
    std::uint16_t port = 53;  // of the servers that resolvConf names
  };
  using OnAnswer = std::function<void(DnsAnswer)>;

  DnsChannel(uv::Loop& loop, const Options& options);
  // What is under way ends without a call. Not inside a call of OnAnswer: c-ares would be destroyed in its own
  // call-back.
  ~DnsChannel() override;

  // `onAnswer` is called exactly once while the channel lives, perhaps before query() returns.
  // REQUIRES: name is a normal name (host_name.h).
  void query(const std::string& name, IpAddress::Family family, OnAnswer onAnswer);
  std::size_t underWay() const;

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::connect
