// DnsChannel: carries questions to one name server, by UDP, and by TCP where an answer does not fit. The only file that
// knows c-ares is dns_channel.cpp; what an answer says is read by dns_answer.h.
//
// All questions of a channel that are under way share one source port. There is no cancelling of one question: each
// ends by itself, after `patience` at the latest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/uv/loop.h"

namespace megaphone::connect {

struct DnsReply {
  enum class Status : std::uint8_t {
    message,
    silence,
    unreachable,    // no route, nothing listens there, or the connection broke
    noDescriptors,  // or memory: ours, and it passes
  };
  Status status = Status::silence;
  std::string_view message = {};  // to the question's id and name; lives until the call returns
};

class DnsChannel final : public uv::Deferred {
 public:
  using OnReply = std::function<void(const DnsReply&)>;

  // Opens a channel; returns null while descriptors are short. Reads no file.
  static std::unique_ptr<DnsChannel> open(uv::Loop& loop, const Endpoint& server, Duration patience);
  // Drops pending questions without a call. REQUIRES: not inside OnReply, which c-ares calls.
  ~DnsChannel() override;

  // Asks for the addresses of a name. Calls `onReply` exactly once while the channel lives, perhaps before ask()
  // returns. REQUIRES: name is a normal name (host_name.h).
  void ask(const std::string& name, IpAddress::Family family, OnReply onReply);
  std::size_t underWay() const;
  // Returns the number of questions since it was opened.
  std::size_t asked() const;

  struct Inside;

 private:
  explicit DnsChannel(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::connect
