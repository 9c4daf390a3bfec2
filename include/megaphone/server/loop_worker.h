// LoopWorker: one event loop with its thread, its share of every listener, and all sessions that begin there.
//
// Life: construct (main thread), add listeners (main thread, before start), start, drain, stop, join, destroy.
// drain() and stop() may be called from the main thread at any time after start().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "megaphone/base/unique_fd.h"
#include "megaphone/config/settings.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/access_log.h"

namespace megaphone::server {

// What all loops share of the configured listeners; made once, before the loops.
class Listeners {
 public:
  // `tag`: our name in Via and Proxy-Status.
  Listeners(config::SettingsPtr settings, const std::string& tag, std::vector<std::uint16_t> ownUdpPorts);
  ~Listeners();
  struct Inside;
  Inside& inside() { return *inside_; }

 private:
  std::unique_ptr<Inside> inside_;
};

class LoopWorker {
 public:
  // REQUIRES: listeners, pool and records outlive the worker. `onDrained` is called once, on the worker's thread, when
  // after drain() the last session has ended.
  LoopWorker(unsigned index, Listeners& listeners, const config::Settings& settings, connect::ConnectPool& pool,
             observe::RecordRing& records, std::function<void()> onDrained);
  // REQUIRES: joined, or never started.
  ~LoopWorker();

  // Takes a bound descriptor for the n-th listener of its kind in the settings. The caller may give one listener
  // several.
  void addProxy(std::size_t index, UniqueFd fd);
  void addUppercaseTcp(std::size_t index, UniqueFd fd);
  void addUppercaseUdp(std::size_t index, UniqueFd fd);

  void start();
  // Accepts what has arrived, closes the listeners, lets sessions end what is under way.
  void drain();
  // Ends all sessions and the thread.
  void stop();
  void join();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::server
