#include <benchmark/benchmark.h>

#include "megaphone/observe/access_log.h"
#include "megaphone/observe/line.h"

namespace megaphone::bench {
namespace {

record::ExchangeRecord get() {
  record::ExchangeRecord record;
  record.id = 12'345;
  record.began = WallTime(Duration(1'700'000'000'123'456'789));
  record.listener = "proxy";
  record.client = *Endpoint::parse("192.0.2.1:50000");
  record.method = "GET";
  record.target = "http://origin.example/a/path?query=1";
  record.user_agent = "curl/7.88.1";
  record.status = 200;
  record.client_in = 400;
  record.client_out = record.origin_in = 5'000;
  record.origin_out = 420;
  record.origin = *Endpoint::parse("192.0.2.7:80");
  record.origin_reused = true;
  record.client_request = 11;
  record.head = Duration(12'000);
  record.first_byte = Duration(1'500'000);
  record.total = Duration(1'600'000);
  return record;
}

void writeLine(benchmark::State& state, config::LogFormat format) {
  const record::ExchangeRecord record = get();
  std::string line;
  for ([[maybe_unused]] auto _ : state) {
    line.clear();
    observe::appendLine(line, record, format, {});
    benchmark::DoNotOptimize(line.data());
  }
}
BENCHMARK_CAPTURE(writeLine, json, config::LogFormat::json);
BENCHMARK_CAPTURE(writeLine, logfmt, config::LogFormat::logfmt);
BENCHMARK_CAPTURE(writeLine, combined, config::LogFormat::combined);
BENCHMARK_CAPTURE(writeLine, squid, config::LogFormat::squid);

}  // namespace
}  // namespace megaphone::bench
