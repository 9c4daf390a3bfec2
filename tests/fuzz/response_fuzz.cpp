// Whatever an origin sends, the response parser gives the same events whole and in pieces, takes nothing that a second,
// strict reading of RFC 9112 refuses, refuses nothing that this takes (but at a limit), and agrees with it on content.
//
// The first byte of the input chooses: its low two bits what the first and the third request were ('0' ordinary,
// '1' HEAD, '2' CONNECT), 4 that the origin closes behind the bytes, 8 small limits. The second seeds the cuts.
#include "harness.h"
#include "parser_check.h"

namespace megaphone::fuzz {
namespace {

using http::RequestKind;
using State = StrictMessage::State;

constexpr http::HeadLimits kSmall{.line = 40, .head = 120, .fields = 4};

bool isInterim(const StrictMessage& message) {
  return message.headWhole && message.line[1][0] == '1' && message.line[1] != "101";
}

// A message without a body, whatever its fields say of one.
bool isBare(const StrictMessage& message, RequestKind kind) {
  const std::string& status = message.line[1];
  return kind == RequestKind::head || status[0] == '1' || status == "204" || status == "304" ||
         (kind == RequestKind::connect && status[0] == '2');
}

std::string framingText(const StrictMessage& message, RequestKind kind) {
  if (isBare(message, kind)) return "none";
  if (message.chunked) return "chunked";
  return message.length ? "length " + std::to_string(*message.length) : "until_close";
}

Expected secondReading(std::string_view bytes, const http::testing::Answers& answers) {
  Expected out;
  out.state = State::partial;
  for (std::size_t i = 0; !bytes.empty();) {
    const RequestKind kind = i < answers.expected.size() ? answers.expected[i] : RequestKind::ordinary;
    StrictMessage message = readAnswerStrictly(bytes, AnswerBody::by_fields, Writer::any);
    if (message.headWhole && message.line[1].size() == 3 && isBare(message, kind))
      message = readAnswerStrictly(bytes, AnswerBody::none, Writer::any);
    const bool hasLine = message.headWhole && message.line[1].size() == 3;
    const bool untilClose =
        hasLine && message.headFramed && message.state == State::partial && framingText(message, kind) == "until_close";
    if (untilClose && answers.close) message.state = State::whole;
    append(out, message,
           hasLine ? message.line[1] + " " + message.line[2] + versionText(message.line[0]) : std::string(),
           hasLine ? framingText(message, kind) : std::string());
    if (message.state != State::whole) break;
    bytes.remove_prefix(message.size);
    if (isInterim(message)) {
      out.events.pop_back();  // its end is no event
      out.state = State::partial;
    } else {
      ++i;
    }
  }
  return out;
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  if (size < 2) return 0;
  std::string_view bytes = fuzz::viewOf(data, size);
  const unsigned choice = fuzz::takeByte(bytes);
  const unsigned seed = fuzz::takeByte(bytes);
  const auto kind = static_cast<http::RequestKind>((choice & 3) % 3);
  const http::testing::Answers answers{{kind, http::RequestKind::ordinary, kind}, (choice & 4) != 0};
  const http::HeadLimits limits = (choice & 8) != 0 ? fuzz::kSmall : http::HeadLimits{};
  const auto read = [&](const fuzz::Pieces& pieces) {
    return http::testing::readResponses(bytes, answers, pieces, SIZE_MAX, limits);
  };
  const fuzz::Transcript ours = fuzz::readEveryWay(bytes, seed, read);
  fuzz::expectAgreement(bytes, ours, fuzz::secondReading(bytes, answers));
  return 0;
}
