// ConnectRequests: where the sessions of a loop ask for connections, and where the outcomes come back to them.
//
// A job's id is a slot and its generation: an outcome for a session that has gone finds nobody, and its descriptor
// closes.
#pragma once

#include <cstdint>
#include <vector>

#include "capturing.h"
#include "megaphone/connect/connects.h"

namespace megaphone::server {

class ConnectRequester {
 public:
  virtual void onConnected(connect::Outcome&& outcome) = 0;

 protected:
  ~ConnectRequester() = default;
};

class ConnectRequests {
 public:
  // REQUIRES: loop and capturing outlive it; the pool ends before it does.
  ConnectRequests(uv::Loop& loop, connect::ConnectPool& pool, Capturing& capturing);

  // Takes a job (its id is filled in here) or refuses it. REQUIRES: asker outlives the job or cancels it.
  Result<connect::JobId> ask(connect::Job job, ConnectRequester& asker);
  void cancel(connect::JobId id);

 private:
  struct Slot {
    ConnectRequester* asker = nullptr;
    std::uint32_t generation = 0;
    std::string host;
  };
  void deliver(connect::Outcome&& outcome);
  ConnectRequester* release(connect::JobId id);

  Capturing& capturing_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  connect::Connects connects_;
};

}  // namespace megaphone::server
