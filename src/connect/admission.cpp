#include "admission.h"

namespace megaphone::connect {
namespace {

Error full(std::string what) { return {Reason::connection_limit_reached, Side::daemon, 0, std::move(what)}; }

template <class Map, class Key>
std::uint32_t countOf(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

template <class Map, class Key>
void countDown(Map& map, const Key& key) {
  const auto found = map.find(key);
  if (found != map.end() && --found->second == 0) map.erase(found);
}

}  // namespace

Admission::Admission(const config::DaemonSettings& limits, std::size_t places, KeyedHash hash)
    : limits_(limits), places_(places), destinations_(0, hash), clients_(0, hash) {}

void Admission::change(const config::DaemonSettings& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

Result<Admission::Ticket> Admission::enter(std::size_t place, std::string destination, const record::Client& client) {
  const std::lock_guard lock(mutex_);
  if (places_[place] >= limits_.max_pending_connects) {
    return full("connect to " + destination + " (too many connects are pending)");
  }
  if (countOf(destinations_, destination) >= limits_.max_pending_per_destination) {
    return full("connect to " + destination + " (too many connects to it are pending)");
  }
  if (countOf(clients_, client.address()) >= limits_.max_pending_per_client) {
    return full("connect to " + destination + " (too many connects of client " + client.address().text() +
                " are pending)");
  }
  ++places_[place];
  ++destinations_[destination];
  ++clients_[client.address()];
  Ticket ticket;
  ticket.admission_ = this;
  ticket.place_ = place;
  ticket.destination_ = std::move(destination);
  ticket.client_ = client.address();
  return ticket;
}

std::vector<std::uint32_t> Admission::pending() const {
  const std::lock_guard lock(mutex_);
  return places_;
}

void Admission::leave(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  --places_[ticket.place_];
  countDown(destinations_, ticket.destination_);
  countDown(clients_, ticket.client_);
}

}  // namespace megaphone::connect
