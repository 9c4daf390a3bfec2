// Daemon: what the commands of the control socket ask of the daemon. app implements it.
//
// Answers are values. They come by call-back on the main thread: at once, or when every loop has answered or its time
// is over. A call-back may be called when nobody waits for it any more.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "megaphone/base/mono_time.h"
#include "megaphone/base/result.h"
#include "megaphone/capture/request.h"
#include "megaphone/observe/counters.h"
#include "megaphone/record/live_connection.h"

namespace megaphone::control {

struct Status {
  struct Reload {       // the last one
    bool done = false;  // false: refused, and everything stayed as it was
    Duration ago{};
    std::string text;  // what came of it, in one line
  };
  struct Listener {
    std::string name;
    std::string kind;  // "proxy", "uppercase-tcp" or "uppercase-udp"
    std::vector<std::string> addresses;
    // Of TCP listeners.
    struct Clients {
      std::uint64_t open = 0;
      std::uint64_t most = 0;
      std::uint64_t accepted = 0;  // since the start
      std::uint64_t refused = 0;   // connections, by a rule or a limit
    };
    std::optional<Clients> clients;
  };
  struct Loop {
    std::uint64_t connections = 0;  // tunnels included
    std::uint64_t tunnels = 0;
    std::uint64_t accepted = 0;
  };
  struct Worker {
    std::uint64_t pending = 0;  // connects, with the look-ups in front of them
    std::uint64_t names = 0;    // that it remembers
  };

  std::string version;
  std::int64_t pid = 0;
  std::string state;  // "serving", "reloading" or "stopping"
  Duration uptime{};
  std::string file;              // "": started without one
  std::uint64_t generation = 1;  // of the settings; one more with each reload
  std::optional<Reload> reload;
  std::vector<Listener> listeners;
  std::vector<Loop> loops;
  std::vector<Worker> workers;
  std::uint64_t pendingOnLoops = 0;  // connects to addresses, which need no worker
  struct Capture {
    std::string listener;
    std::string to;  // a file; "": a reader
    bool withSecrets = false;
    bool headersOnly = false;
    Duration age{};
    capture::Figures figures;
  };
  std::vector<Capture> captures;
  std::uint64_t packetsLost = 0;    // by all captures since the start
  std::vector<std::string> silent;  // threads that have been asked and do not answer
  std::string accessLog;            // "": none
  std::uint64_t accessLogDropped = 0;
  observe::Totals totals;  // bytes as they pass, all else of what is over
};

struct LiveList {
  std::vector<record::LiveConnection> connections;  // the oldest first
  std::uint64_t total = 0;                          // as many as there are, those that are left out included
  std::size_t silentLoops = 0;                      // did not answer in time: theirs are missing
};

struct Reloaded {
  bool done = false;
  std::vector<std::string> lines;  // what came of it; the problems where it is not done
};

// Says why a request is not carried out: a cause and an advice, as the commands of the shell tell them.
struct Mistake {
  std::string cause;
  std::string advice;
};

class Daemon {
 public:
  virtual void status(std::function<void(const Status&)> onStatus) = 0;
  // `most`: how many connections the list has at most.
  virtual void list(std::size_t most, std::function<void(LiveList)> onList) = 0;
  // Reads the configuration again, all or nothing. Told when it is in force everywhere, or refused.
  virtual void reload(std::function<void(const Reloaded&)> onReloaded) = 0;
  // Why no capture of that listener can begin now, if so.
  virtual std::optional<Mistake> cannotCapture(const std::string& listener) const = 0;
  // Begins to capture into request.to; whether the listener has origins is filled in. `onBegun` is called once when
  // every loop knows of it, and only then anything is written; `onEnd` once when all is written and the descriptor is
  // closed, perhaps without the other, unless the daemon ends before. REQUIRES: no cannotCapture().
  virtual Result<capture::Id> capture(capture::Request request, std::function<void()> onBegun,
                                      std::function<void()> onEnd) = 0;
  virtual void endCapture(capture::Id id) = 0;

 protected:
  ~Daemon() = default;
};

}  // namespace megaphone::control
