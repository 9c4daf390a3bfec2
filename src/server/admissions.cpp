#include "admissions.h"

namespace megaphone::server {

Admission::~Admission() {
  if (admissions_) admissions_->leave(client_.address());
}

Admissions::Admitted Admissions::admit(record::Client client) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t ofClient = ++byClient_[client.address()];
  return {Admission(shared_from_this(), std::move(client)), ++total_, ofClient};
}

void Admissions::leave(const IpAddress& client) {
  const std::lock_guard lock(mutex_);
  --total_;
  const auto found = byClient_.find(client);
  if (found != byClient_.end() && --found->second == 0) byClient_.erase(found);
}

std::uint32_t Admissions::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace megaphone::server
