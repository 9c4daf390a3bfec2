// A sink that remembers what it was told.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "megaphone/observe/access_log.h"

namespace megaphone::observe {

class Told final : public AccessLogSink {
 public:
  void onAccessLogTrouble(const Error& error) override { add("trouble: " + describe(error)); }
  void onAccessLogRecovered(const std::string& file, std::uint64_t lost) override {
    add(file.substr(file.rfind('/') + 1) + " recovered, lost " + std::to_string(lost));
  }
  void onAccessLogLost(const std::string& file, std::uint64_t lost) override {
    add(file.substr(file.rfind('/') + 1) + " lost " + std::to_string(lost));
  }
  void onAccessLogOverrun(std::uint64_t dropped) override { add("dropped " + std::to_string(dropped)); }
  std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  void add(std::string text) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(text));
  }
  mutable std::mutex mutex_;
  std::vector<std::string> all_;
};

}  // namespace megaphone::observe
