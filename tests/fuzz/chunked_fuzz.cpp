// Whatever comes as a chunked body, it is read the same whole and in pieces, and accepted, with the same content and
// trailers, exactly where a strict reading of the chunks accepts it; no more comes out than went in, and behind the end
// nothing is touched.
//
// The first byte of the input seeds the cuts.
#include "harness.h"
#include "parser_check.h"

namespace megaphone::fuzz {
namespace {

constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

Expected secondReading(const StrictMessage& body) {
  Expected out;
  StrictMessage message = body;
  message.headWhole = message.headFramed = true;
  message.fields = {{"Transfer-Encoding", "chunked"}};
  append(out, message, "POST / 1.1", "chunked");
  return out;
}

void expectBounds(std::string_view body, const Transcript& ours, const StrictMessage& theirs) {
  std::size_t content = 0;
  for (const std::string& event : ours.events) {
    if (event.starts_with("body ")) content += event.size() - std::string_view("body ").size();
  }
  if (content > body.size()) fail("more came out than went in", body);
  if (ours.events.back() == "end" && ours.rest != body.substr(theirs.size)) fail("the rest was touched", body);
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  if (size < 1) return 0;
  std::string_view body = fuzz::viewOf(data, size);
  const unsigned seed = fuzz::takeByte(body);
  const std::string bytes = std::string(fuzz::kHead) + std::string(body);
  const auto read = [&](const fuzz::Pieces& pieces) { return http::testing::readRequests(bytes, pieces, 1); };
  const fuzz::Transcript ours = fuzz::readEveryWay(bytes, seed, read);
  const fuzz::StrictMessage theirs = fuzz::readChunksStrictly(body);
  fuzz::expectAgreement(bytes, ours, fuzz::secondReading(theirs));
  fuzz::expectBounds(body, ours, theirs);
  return 0;
}
