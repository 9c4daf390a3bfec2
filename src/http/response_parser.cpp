#include "megaphone/http/response_parser.h"

#include "message_parser.h"
#include "start_line.h"

namespace megaphone::http {
namespace {

struct ResponseDialect {
  using Head = ResponseHead;
  static constexpr auto kShape = SectionScanner::Shape::response_head;
  static constexpr auto kKind = MessageKind::response;
  static constexpr auto kSide = Side::origin;
  static constexpr bool kMends = true;

  RequestKind request = RequestKind::ordinary;

  static MaybeProblem parseStartLine(std::string_view line, ResponseHead& head) { return parseStatusLine(line, head); }
  Result<BodyFraming> framing(const ResponseHead& head) const { return responseFraming(head, request); }
  static bool interim(const ResponseHead& head) { return head.interim(); }
  static Error error(Problem problem) { return {reasonFor(problem.kind), kSide, 0, std::move(problem.text)}; }

  static Reason reasonFor(Problem::Kind kind) {
    switch (kind) {
      case Problem::Kind::line_too_long:
      case Problem::Kind::section_too_large: return Reason::http_response_header_section_size;
      case Problem::Kind::transfer_coding: return Reason::http_response_transfer_coding;
      case Problem::Kind::syntax:
      case Problem::Kind::version: break;
    }
    return Reason::http_protocol_error;
  }
};

}  // namespace

struct ResponseParser::Inside : MessageParser<ResponseDialect> {
  using MessageParser::MessageParser;
};

ResponseParser::ResponseParser(const HeadLimits& limits) : inside_(std::make_unique<Inside>(limits)) {}
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;
ResponseParser::~ResponseParser() = default;

void ResponseParser::expect(RequestKind request) {
  inside_->reset();
  inside_->dialect().request = request;
}
void ResponseParser::feed(std::string_view bytes) { inside_->feed(bytes); }
ParserEvent ResponseParser::next() { return inside_->next(); }
ParserEvent ResponseParser::finish() { return inside_->finish(); }
bool ResponseParser::begun() const { return inside_->begun(); }
const ResponseHead& ResponseParser::head() const { return inside_->head(); }
const BodyFraming& ResponseParser::framing() const { return inside_->framing(); }
std::string_view ResponseParser::body() const { return inside_->body(); }
const Fields& ResponseParser::trailers() const { return inside_->trailers(); }
std::string_view ResponseParser::rest() const { return inside_->rest(); }
std::uint64_t ResponseParser::contentLeft() const { return inside_->contentLeft(); }
void ResponseParser::skipContent(std::uint64_t size) { inside_->skipContent(size); }
const Error& ResponseParser::error() const { return inside_->error(); }

}  // namespace megaphone::http
