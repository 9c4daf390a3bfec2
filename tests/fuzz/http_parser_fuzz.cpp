// Whatever comes in, parsing it whole and parsing it in arbitrary pieces give the same events.
//
// The first byte of the input chooses direction, request kind, close and bounds; the second seeds the cuts.
#include <cstdio>
#include <cstdlib>
#include <random>

#include "feeder.h"

namespace megaphone::http::testing {
namespace {

struct Setup {
  bool response;
  Answers answers;
  HeadLimits limits;
  std::uint32_t seed;
};

Setup setupFrom(std::uint8_t choice, std::uint8_t seed) {
  constexpr HeadLimits kSmall{.line = 40, .head = 120, .fields = 4};
  const auto kind = static_cast<RequestKind>((choice >> 1) % 3);
  return {(choice & 1) != 0,
          {{kind, RequestKind::ordinary, kind}, (choice & 8) != 0},
          (choice & 16) != 0 ? kSmall : HeadLimits{},
          seed};
}

Transcript read(const Setup& setup, std::string_view bytes, const Pieces& pieces) {
  return setup.response ? readResponses(bytes, setup.answers, pieces, SIZE_MAX, setup.limits)
                        : readRequests(bytes, pieces, SIZE_MAX, setup.limits);
}

Pieces cuts(std::uint32_t seed, std::uint32_t longest) {
  return [random = std::minstd_rand(seed + 1), longest]() mutable -> std::size_t { return 1 + random() % longest; };
}

void print(const char* title, const Transcript& transcript) {
  std::fprintf(stderr, "%s:\n", title);
  for (const std::string& event : transcript.events) std::fprintf(stderr, "  %s\n", event.c_str());
}

void expectSame(std::string_view bytes, const Transcript& whole, const Transcript& pieces) {
  bool broken = whole.events != pieces.events;
  for (const std::string& event : whole.events) broken |= event.starts_with("BROKEN");
  if (!broken) return;
  print("whole", whole);
  print("in pieces", pieces);
  std::fprintf(stderr, "input (without its two leading bytes), in hexadecimal:\n");
  for (const char c : bytes) std::fprintf(stderr, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  std::fprintf(stderr, "\n");
  std::abort();
}

}  // namespace
}  // namespace megaphone::http::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone::http::testing;
  if (size < 2) return 0;
  const Setup setup = setupFrom(data[0], data[1]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Transcript inOne = read(setup, bytes, whole());
  expectSame(bytes, inOne, read(setup, bytes, byteByByte()));
  expectSame(bytes, inOne, read(setup, bytes, cuts(setup.seed, 5)));
  expectSame(bytes, inOne, read(setup, bytes, cuts(setup.seed, 60)));
  return 0;
}
