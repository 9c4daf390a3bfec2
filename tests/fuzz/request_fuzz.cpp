// Whatever a client sends, the request parser gives the same events whole and in pieces, takes nothing that a second,
// strict reading of RFC 9112 refuses, refuses nothing that this takes (but at a limit), and agrees with it on content.
//
// The first byte of the input chooses the limits ('0' ordinary, '1' small), the second seeds the cuts.
#include "harness.h"
#include "parser_check.h"

namespace megaphone::fuzz {
namespace {

constexpr http::HeadLimits kSmall{.line = 40, .head = 120, .fields = 4};

std::string framingText(const StrictMessage& message) {
  if (message.chunked) return "chunked";
  return message.length ? "length " + std::to_string(*message.length) : "none";
}

Expected secondReading(std::string_view bytes) {
  Expected out;
  for (const StrictMessage& message : readConnectionStrictly(bytes)) {
    const bool hasLine = message.line.size() == 3;
    append(out, message,
           hasLine ? message.line[0] + " " + message.line[1] + versionText(message.line[2]) : std::string(),
           framingText(message));
  }
  return out;
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  if (size < 2) return 0;
  std::string_view bytes = fuzz::viewOf(data, size);
  const bool small = (fuzz::takeByte(bytes) & 1) != 0;
  const unsigned seed = fuzz::takeByte(bytes);
  const http::HeadLimits limits = small ? fuzz::kSmall : http::HeadLimits{};
  const auto read = [&](const fuzz::Pieces& pieces) {
    return http::testing::readRequests(bytes, pieces, SIZE_MAX, limits);
  };
  fuzz::expectAgreement(bytes, fuzz::readEveryWay(bytes, seed, read), fuzz::secondReading(bytes));
  return 0;
}
