// NameServer: a scripted DNS server on a loopback UDP port, on its own thread. Counts what it is asked.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::connect {

class NameServer {
 public:
  enum class Type : std::uint16_t { a = 1, cname = 5, aaaa = 28 };
  struct Answer {
    enum class Kind { records, noSuchName, serverFailure, refusal, silence } kind = Kind::records;
    std::vector<IpAddress> addresses;  // none: no data
    std::uint32_t ttl = 60;
    std::string alias;  // an alias that the addresses stand under
    std::uint32_t aliasTtl = 60;
  };

  // Port 0 lets the kernel choose.
  explicit NameServer(const Endpoint& at = *Endpoint::parse("127.0.0.1:0"));
  ~NameServer();

  Endpoint endpoint() const { return endpoint_; }
  // What is not scripted does not exist.
  void script(const std::string& name, Type type, Answer answer);
  void addresses(const std::string& name, std::vector<IpAddress> v4, std::vector<IpAddress> v6 = {},
                 std::uint32_t ttl = 60);
  void silence(const std::string& name);
  // To every question that comes from now on.
  void answerAll(Answer answer);
  // The ports from which questions have come.
  std::set<std::uint16_t> askersPorts();
  // Keeps answers back until false is said.
  void hold(bool on);

  int asked(const std::string& name, Type type);
  int askedInAll();
  // Blocks until the question has been asked so often.
  void awaitAsked(const std::string& name, Type type, int times);

 private:
  using Key = std::pair<std::string, Type>;
  struct Pending {
    std::string reply;
    Endpoint to;
  };
  void run();
  void receive();
  void send(const Pending& pending);
  std::string replyTo(std::string_view question);

  UniqueFd socket_;
  UniqueFd stop_;
  Endpoint endpoint_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Key, Answer> answers_;
  std::map<Key, int> asked_;
  std::optional<Answer> forAll_;
  std::set<std::uint16_t> askersPorts_;
  std::vector<Pending> held_;
  bool holding_ = false;
  std::thread thread_;
};

}  // namespace megaphone::connect
