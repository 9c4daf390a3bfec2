#include <benchmark/benchmark.h>

#include "megaphone/http/request_parser.h"
#include "megaphone/http/response_parser.h"
#include "megaphone/http/writer.h"
#include "megaphone/proxy/forwarding.h"
#include "messages.h"
#include "steady_exchange.h"

namespace megaphone::bench {
namespace {

// The hop-by-hop rules, and the head that an origin gets.
void writeOriginHead(benchmark::State& state) {
  const std::string bytes = request(static_cast<int>(state.range(0)), "Connection: keep-alive, X-Field-1\r\n");
  http::RequestParser parser{http::HeadLimits{}};
  parser.feed(bytes);
  if (parser.next() != http::ParserEvent::head) state.SkipWithError("no head");
  proxy::Target target;
  if (!target.read(parser.head().method, parser.head().target)) state.SkipWithError("no target");
  const proxy::ForwardingPolicy policy{.tag = "megaphone-bench"};
  const proxy::OriginShape shape{.framing = parser.framing()};
  std::string out;
  for ([[maybe_unused]] auto _ : state) {
    out.clear();
    if (!proxy::listsAreSound(parser.head().fields, proxy::ConnectionOptions::tokens)) state.SkipWithError("refused");
    proxy::appendOriginHead(out, parser.head(), target, shape, policy);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(writeOriginHead)->Arg(4)->Arg(30);

void writeClientHead(benchmark::State& state) {
  const std::string bytes = answerHead(static_cast<int>(state.range(0)), "Content-Length: 1024\r\n");
  http::ResponseParser parser{http::HeadLimits{}};
  parser.expect(http::RequestKind::ordinary);
  parser.feed(bytes);
  if (parser.next() != http::ParserEvent::head) state.SkipWithError("no head");
  const proxy::AnswerShape shape{.framing = parser.framing()};
  const proxy::ForwardingPolicy policy{.tag = "megaphone-bench"};
  std::string out;
  for ([[maybe_unused]] auto _ : state) {
    out.clear();
    proxy::appendClientHead(out, parser.head(), shape, policy);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(writeClientHead)->Arg(4)->Arg(30);

void writeChunkLine(benchmark::State& state) {
  std::uint64_t size = 1;
  for ([[maybe_unused]] auto _ : state) {
    const http::ChunkLine line(size);
    benchmark::DoNotOptimize(line.view().data());
    size = size % 65536 + 1;
  }
}
BENCHMARK(writeChunkLine);

// Everything between the sockets for a kept-alive GET of 1 KiB.
void serveKeptAliveGet(benchmark::State& state) {
  const std::string asked = request(static_cast<int>(state.range(0)));
  const std::string answered = answer(1024, static_cast<int>(state.range(0)));
  SteadyExchange exchange;
  for ([[maybe_unused]] auto _ : state) {
    if (!exchange.serve(asked, answered)) state.SkipWithError("it did not finish");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(serveKeptAliveGet)->Arg(4)->Arg(30);

}  // namespace
}  // namespace megaphone::bench
