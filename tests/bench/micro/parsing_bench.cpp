#include <benchmark/benchmark.h>

#include "megaphone/http/request_parser.h"
#include "megaphone/http/response_parser.h"
#include "messages.h"

namespace megaphone::bench {
namespace {

void took(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void parseRequestHead(benchmark::State& state) {
  const std::string bytes = request(static_cast<int>(state.range(0)));
  http::RequestParser parser{http::HeadLimits{}};
  for ([[maybe_unused]] auto _ : state) {
    parser.reset();
    parser.feed(bytes);
    if (parser.next() != http::ParserEvent::head) state.SkipWithError("no head");
    benchmark::DoNotOptimize(parser.head().fields.data());
  }
  took(state, bytes.size());
}
BENCHMARK(parseRequestHead)->Arg(4)->Arg(30);

void parseAnswerHead(benchmark::State& state) {
  const std::string bytes = answerHead(static_cast<int>(state.range(0)), "Content-Length: 1024\r\n");
  http::ResponseParser parser{http::HeadLimits{}};
  for ([[maybe_unused]] auto _ : state) {
    parser.expect(http::RequestKind::ordinary);
    parser.feed(bytes);
    if (parser.next() != http::ParserEvent::head) state.SkipWithError("no head");
    benchmark::DoNotOptimize(parser.head().fields.data());
  }
  took(state, bytes.size());
}
BENCHMARK(parseAnswerHead)->Arg(4)->Arg(30);

// The chunk framing of 64 KiB taken off.
void takeChunksOff(benchmark::State& state) {
  const std::string bytes =
      answerHead(4, "Transfer-Encoding: chunked\r\n") + chunked(65536, static_cast<std::size_t>(state.range(0)));
  http::ResponseParser parser{http::HeadLimits{}};
  for ([[maybe_unused]] auto _ : state) {
    parser.expect(http::RequestKind::ordinary);
    parser.feed(bytes);
    std::size_t content = 0;
    for (auto event = parser.next(); event != http::ParserEvent::end; event = parser.next()) {
      if (event == http::ParserEvent::body) content += parser.body().size();
      if (event == http::ParserEvent::error || event == http::ParserEvent::need_data) break;
    }
    if (content != 65536) state.SkipWithError("content is missing");
  }
  took(state, bytes.size());
}
BENCHMARK(takeChunksOff)->Arg(64)->Arg(8192);

}  // namespace
}  // namespace megaphone::bench
