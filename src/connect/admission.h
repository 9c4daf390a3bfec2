// Admission: bounds the pending connects of each place (a worker; or all loops together), destination and client. One
// at its bound refuses only its own connects. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/keyed_hash.h"
#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"
#include "megaphone/record/client.h"

namespace megaphone::connect {

class Admission {
 public:
  Admission(const config::DaemonSettings& limits, std::size_t places, KeyedHash hash);

  // Counts one pending connect during its lifetime. REQUIRES: the admission outlives it.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept { swap(other); }
    Ticket& operator=(Ticket&& other) noexcept {
      Ticket(std::move(other)).swap(*this);
      return *this;
    }
    ~Ticket() {
      if (admission_) admission_->leave(*this);
    }

   private:
    friend class Admission;
    void swap(Ticket& other) noexcept {
      std::swap(admission_, other.admission_);
      std::swap(place_, other.place_);
      destination_.swap(other.destination_);
      std::swap(client_, other.client_);
    }
    Admission* admission_ = nullptr;
    std::size_t place_ = 0;
    std::string destination_;
    IpAddress client_;
  };

  void change(const config::DaemonSettings& limits);
  Result<Ticket> enter(std::size_t place, std::string destination, const record::Client& client);
  // Returns the number of living tickets, by place.
  std::vector<std::uint32_t> pending() const;

 private:
  void leave(const Ticket& ticket);

  mutable std::mutex mutex_;  // guards what follows
  config::DaemonSettings limits_;
  std::vector<std::uint32_t> places_;
  std::unordered_map<std::string, std::uint32_t, KeyedHash> destinations_;
  std::unordered_map<IpAddress, std::uint32_t, KeyedHash> clients_;
};

}  // namespace megaphone::connect
