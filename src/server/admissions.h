// Admissions: how many clients a listener has, in all and from each address. Any thread.
//
// One short lock per connection that begins or ends: an exact count over all loops, and nothing per request.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/keyed_hash.h"
#include "megaphone/record/client.h"

namespace megaphone::server {

class Admissions;

// A place among the clients of a listener; given back when it dies.
class Admission {
 public:
  Admission() = default;
  Admission(Admission&&) = default;
  Admission& operator=(Admission&&) = delete;
  ~Admission();

  // Returns who has the place.
  const record::Client& client() const { return client_; }
  record::Client& client() { return client_; }

 private:
  friend class Admissions;
  Admission(std::shared_ptr<Admissions> admissions, record::Client client)
      : admissions_(std::move(admissions)), client_(std::move(client)) {}

  std::shared_ptr<Admissions> admissions_;
  record::Client client_;
};

class Admissions : public std::enable_shared_from_this<Admissions> {
 public:
  // Never refuses: what is too many is the caller's to say. REQUIRES: held by a shared_ptr.
  struct Admitted {
    Admission admission;
    std::uint32_t total;     // places taken now, this one included
    std::uint32_t ofClient;  // of them, by the same address
  };
  Admitted admit(record::Client client);
  // Returns how many places are taken.
  std::uint32_t total() const;

 private:
  friend class Admission;
  void leave(const IpAddress& client);

  mutable std::mutex mutex_;  // guards what follows
  std::uint32_t total_ = 0;
  std::unordered_map<IpAddress, std::uint32_t, KeyedHash> byClient_;  // bounded by total_
};

}  // namespace megaphone::server
