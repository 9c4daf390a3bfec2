// AccessLogReports: what the access log has to tell goes into the daemon log.
#pragma once

#include <cstdint>
#include <string>

#include "megaphone/observe/access_log.h"

namespace megaphone::app {

class AccessLogReports final : public observe::AccessLogSink {
 public:
  void onAccessLogTrouble(const Error& error) override;
  void onAccessLogRecovered(const std::string& file, std::uint64_t lost) override;
  void onAccessLogLost(const std::string& file, std::uint64_t lost) override;
  void onAccessLogOverrun(std::uint64_t dropped) override;
};

}  // namespace megaphone::app
