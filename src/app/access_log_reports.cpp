#include "access_log_reports.h"

#include "megaphone/log/log.h"

namespace megaphone::app {

void AccessLogReports::onAccessLogTrouble(const Error& error) {
  log::error(describe(error) + "; access log lines are being lost");
}

void AccessLogReports::onAccessLogRecovered(const std::string& file, std::uint64_t lost) {
  log::info(file + " can be written again; " + std::to_string(lost) + " access log lines were lost");
}

void AccessLogReports::onAccessLogLost(const std::string& file, std::uint64_t lost) {
  log::warning(file + " could not be written to the end; " + std::to_string(lost) + " access log lines were lost");
}

void AccessLogReports::onAccessLogOverrun(std::uint64_t dropped) {
  log::warning(std::to_string(dropped) + " access log lines were dropped: they came faster than they can be written");
}

}  // namespace megaphone::app
