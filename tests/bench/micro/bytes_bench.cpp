#include <benchmark/benchmark.h>

#include "megaphone/access/rules.h"
#include "megaphone/observe/line.h"
#include "megaphone/uppercase/uppercase.h"

namespace megaphone::bench {
namespace {

void capitals(benchmark::State& state) {
  std::string bytes(static_cast<std::size_t>(state.range(0)), 'a');
  for ([[maybe_unused]] auto _ : state) {
    uppercase::toUpper(bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  state.SetBytesProcessed(state.range(0) * state.iterations());
}
BENCHMARK(capitals)->Arg(64)->Arg(1400)->Arg(65536);

// One address, judged by so many entries in allow_destinations.
void judgeAddress(benchmark::State& state) {
  config::Proxy proxy;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const auto high = static_cast<std::uint8_t>(i / 256);
    const auto low = static_cast<std::uint8_t>(i % 256);
    proxy.allow_destinations.push_back({.network = {IpAddress::v4({10, high, low, 0}), 24}, .position = {}});
  }
  const access::DestinationRules rules(proxy);
  std::uint8_t last = 0;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(rules.judgeAddress(IpAddress::v4({10, 0, 0, ++last})).allowed());
  }
}
BENCHMARK(judgeAddress)->Arg(1)->Arg(100)->Arg(10000);

void writeJsonLine(benchmark::State& state) {
  record::ExchangeRecord record;
  record.listener = "proxy";
  record.method = "GET";
  record.target = "http://origin.example/b/1024";
  record.status = 200;
  record.client_in = 300;
  record.client_out = 1300;
  record.client = {IpAddress::v4({127, 0, 0, 1}), 50000};
  record.origin = Endpoint{IpAddress::v4({192, 0, 2, 1}), 80};
  record.head = record.first_byte = record.total = std::chrono::microseconds(120);
  std::string out;
  for ([[maybe_unused]] auto _ : state) {
    out.clear();
    observe::appendJsonLine(out, record, {});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(writeJsonLine);

}  // namespace
}  // namespace megaphone::bench

BENCHMARK_MAIN();
