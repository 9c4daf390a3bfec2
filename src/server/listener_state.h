// What the loops share of one listener: its settings, its compiled rules, and how many clients it has. Immutable but
// for the count; shared by pointer, so that a session keeps the settings under which it began.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "megaphone/access/rules.h"
#include "megaphone/config/settings.h"
#include "megaphone/proxy/exchange.h"

namespace megaphone::server {

// A place among the clients of a listener; given back when it dies.
class Admission {
 public:
  Admission() = default;
  explicit Admission(std::atomic<std::uint32_t>& count) : count_(&count) {
    count.fetch_add(1, std::memory_order_relaxed);
  }
  Admission(Admission&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  Admission& operator=(Admission&& other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~Admission() {
    if (count_) count_->fetch_sub(1, std::memory_order_relaxed);
  }
  // Clients of the listener, this one included.
  std::uint32_t count() const { return count_->load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t>* count_ = nullptr;
};

template <class Settings>
struct TcpListenerState {
  explicit TcpListenerState(const Settings& s) : settings(s), clients(s.clients) {}
  const Settings settings;
  const access::ClientRules clients;
  std::atomic<std::uint32_t> active{0};
};

using UppercaseTcpListenerState = TcpListenerState<config::UppercaseTcp>;

struct ProxyListenerState : TcpListenerState<config::Proxy> {
  ProxyListenerState(const config::Proxy& s, const std::string& tag)
      : TcpListenerState(s),
        destinations(std::make_shared<const access::DestinationRules>(s)),
        policy{{s.max_request_line, s.max_head, s.max_fields},
               tag,
               s.idle_timeout,
               s.request_head_timeout,
               s.body_timeout,
               s.response_timeout} {}
  const access::DestinationRulesPtr destinations;
  const proxy::ExchangePolicy policy;
};

}  // namespace megaphone::server
