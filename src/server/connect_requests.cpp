#include "connect_requests.h"

namespace megaphone::server {

ConnectRequests::ConnectRequests(uv::Loop& loop, connect::ConnectPool& pool, Capturing& capturing)
    : capturing_(capturing),
      connects_(loop, pool, &capturing.lane(), [this](connect::Outcome&& outcome) { deliver(std::move(outcome)); }) {}

Result<connect::JobId> ConnectRequests::ask(connect::Job job, ConnectRequester& asker) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  Slot& slot = slots_[index];
  const connect::JobId id = std::uint64_t{slot.generation} << 32 | index;
  slot.host = job.host;
  job.id = id;
  if (auto taken = connects_.submit(std::move(job)); !taken) return taken.error();
  free_.pop_back();
  slot.asker = &asker;
  return id;
}

void ConnectRequests::cancel(connect::JobId id) {
  const std::string host = slots_[static_cast<std::uint32_t>(id)].host;
  if (release(id)) connects_.cancel(id, host);
}

void ConnectRequests::deliver(connect::Outcome&& outcome) {
  if (ConnectRequester* asker = release(outcome.id)) return asker->onConnected(std::move(outcome));
  if (outcome.connection && outcome.connection->leg != 0) capturing_.lose(outcome.connection->leg);
}

ConnectRequester* ConnectRequests::release(connect::JobId id) {
  const auto index = static_cast<std::uint32_t>(id);
  Slot& slot = slots_[index];
  if (slot.generation != id >> 32 || !slot.asker) return nullptr;
  ConnectRequester* asker = slot.asker;
  slot.asker = nullptr;
  ++slot.generation;
  free_.push_back(index);
  return asker;
}

}  // namespace megaphone::server
