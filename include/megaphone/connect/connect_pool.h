// ConnectPool: the connect workers. Resolves a name, judges every address, races the judged ones (RFC 8305), and gives
// a connected descriptor back to the loop that asked.
//
// Threads: submit() and cancel() from any event loop's thread; outcomes come through the job's mailbox. Values only
// cross. A job goes to the worker that a keyed hash of its lower-cased name chooses; numeric addresses go round-robin.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "megaphone/access/rules.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/capture/lane.h"
#include "megaphone/config/settings.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::connect {

using JobId = std::uint64_t;  // unique per mailbox; the asker chooses it (index and generation of its session)

// A connection to an origin. TCP_NODELAY is set; non-blocking, close-on-exec.
struct Connection {
  UniqueFd fd;
  Endpoint peer;  // the judged address that was dialled
  Endpoint local;
  capture::LegId leg = 0;  // with Job::capture: a capture has been told of it, and of nothing since
};

struct Outcome {
  JobId id = 0;
  Result<Connection> connection;
  Duration resolve{-1};  // -1: not reached; zero for a numeric address
  Duration connect{-1};
};

using OutcomeMailbox = uv::Mailbox<Outcome>;

// Whom the attempts of a job belong to, for a capture.
struct CaptureTag {
  std::uint64_t exchange = 0;
  std::string listener;
};

struct Job {
  JobId id = 0;
  std::string host;  // a name in A-label form or a numeric address (no brackets); any case; a trailing dot is allowed
  std::uint16_t port = 0;
  access::DestinationRulesPtr rules;   // judges every address, before it is dialled
  MonoTime deadline;                   // over resolution and all attempts
  IpAddress client;                    // for the bound per client
  OutcomeMailbox* answerTo = nullptr;  // REQUIRES: outlives the pool
  std::optional<CaptureTag> capture;   // a capture wants to see the attempts
};

class ConnectPool {
 public:
  // Starts the workers' threads. `ownProxyPorts` are those of our proxy listeners: a connection to an address of this
  // host whose peer port is one of them is ourselves, closed unused with proxy_loop_detected. `lanes`: one for each
  // worker that outlives the pool, or none: then nothing is captured.
  ConnectPool(const config::Daemon& limits, const config::Dns& dns, const std::vector<std::uint16_t>& ownProxyPorts,
              const std::vector<capture::Lane*>& lanes = {});
  // Ends all jobs without an answer, closes what they opened, joins the threads.
  ~ConnectPool();

  // Other settings and ports from now on, for jobs that are submitted after this call. The number of workers stays.
  // Any thread.
  void change(const config::Daemon& limits, const config::Dns& dns, const std::vector<std::uint16_t>& ownProxyPorts);

  // Takes the job, or refuses it at once: a full worker, destination or client has connection_limit_reached, a host
  // that is neither a name nor an address dns_error ("127.1" is neither). A job that was taken is answered exactly
  // once, unless it is cancelled before.
  Result<void> submit(Job job);
  // The answer is not wanted any more. One that is already in the mailbox may still come: the asker checks ids.
  void cancel(OutcomeMailbox& mailbox, JobId id, const std::string& host);

  // Whether the workers still go round: each calls it once, on its own thread, with its number. Any thread.
  void ask(const std::function<void(unsigned worker)>& onPresent);
  struct WorkerFigures {
    std::size_t pending = 0;  // jobs that have been taken and not answered yet
    std::size_t names = 0;    // that its cache holds
  };
  // One for each worker. Any thread.
  std::vector<WorkerFigures> figures() const;

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::connect
