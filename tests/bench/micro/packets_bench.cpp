// What a capture does with every byte that it shows.
#include <benchmark/benchmark.h>

#include <random>

#include "megaphone/pcapng/packets.h"
#include "megaphone/pcapng/secret_mask.h"

namespace megaphone::bench {
namespace {

std::string anyBytes(std::int64_t size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::mt19937 random(1);
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

void hideSecrets(benchmark::State& state) {
  std::string content = anyBytes(state.range(0));
  pcapng::SecretMask mask;
  for ([[maybe_unused]] auto _ : state) {
    mask.apply(content);
    benchmark::DoNotOptimize(content.data());
  }
  state.SetBytesProcessed(state.range(0) * state.iterations());
}
BENCHMARK(hideSecrets)->Arg(1400)->Arg(60000);

void writeSegmentHeaders(benchmark::State& state) {
  const std::string content = anyBytes(state.range(0));
  const Endpoint from = *Endpoint::parse("192.0.2.1:49152");
  const Endpoint to = *Endpoint::parse("192.0.2.2:3128");
  pcapng::TcpSegment segment;
  segment.flags.ack = true;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(pcapng::tcpHeaders(from, to, segment, content));
  state.SetBytesProcessed(state.range(0) * state.iterations());
}
BENCHMARK(writeSegmentHeaders)->Arg(1400)->Arg(60000);

}  // namespace
}  // namespace megaphone::bench
