// Connects: how one loop asks for connections. Names go to the connect workers; addresses are dialled on the loop
// itself, by the same race, without a change of thread (docs/decisions/0016-addresses-are-dialled-on-the-loop.md).
//
// The loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "megaphone/access/rules.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/capture/lane.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/record/client.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/stream.h"

namespace megaphone::connect {

using JobId = std::uint64_t;  // chosen by the caller, unique among its pending jobs

// The exchange that the attempts of a job belong to, for a capture.
struct CaptureTag {
  std::uint64_t exchange = 0;
  std::string listener;
};

struct Job {
  JobId id = 0;
  std::string host;  // a name in A-label form or a numeric address (no brackets); any case; a trailing dot is allowed
  std::uint16_t port = 0;
  access::DestinationRulesPtr rules;  // judges every address, before it is dialled
  MonoTime deadline;                  // over resolution and all attempts
  record::Client client;              // for the bound per client
  std::optional<CaptureTag> capture;  // a capture wants to see the attempts
};

// A connection to an origin: non-blocking, close-on-exec, and small writes leave at once.
class Connection {
 public:
  // Takes a connected stream without a sink.
  Connection(uv::Stream stream, const Endpoint& peerOf, capture::LegId legOf)
      : peer(peerOf), leg(legOf), stream_(std::move(stream)) {}

  // Returns the stream, on the loop that submitted the job. REQUIRES: called once.
  uv::Stream take(uv::Loop& loop, uv::StreamSink& sink);
  // Detaches it from the loop that dialled: it may cross threads from now on.
  void leaveLoop() { fd_ = stream_.release(); }
  int fd() const { return stream_ ? stream_.fd() : fd_.get(); }

  Endpoint peer;           // the judged address that was dialled
  capture::LegId leg = 0;  // with Job::capture: its leg, opened and accepted

 private:
  uv::Stream stream_;
  UniqueFd fd_;  // instead of the stream
};

struct Outcome {
  JobId id = 0;
  Result<Connection> connection;
  Duration resolve{-1};  // -1: not reached; zero for a numeric address
  Duration connect{-1};
};

class Connects {
 public:
  using OnOutcome = std::function<void(Outcome&&)>;

  // `lane`: the loop's, for captures. REQUIRES: lane outlives it.
  Connects(uv::Loop& loop, ConnectPool& pool, capture::Lane* lane, OnOutcome onOutcome);
  // Ends all jobs without an outcome. REQUIRES: the pool has ended, or no job is pending there.
  ~Connects();

  // Takes the job, or refuses it at once: a full worker, destination or client has connection_limit_reached, a host
  // that is neither a name nor an address dns_error ("127.1" is neither). A job that was taken has exactly one outcome,
  // unless it is cancelled before; OnOutcome is never called inside this call.
  Result<void> submit(Job job);
  // Cancels a job. Its outcome may still arrive if it is on its way: callers compare ids. `host`: Job::host.
  void cancel(JobId id, const std::string& host);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::connect
