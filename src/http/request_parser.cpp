#include "megaphone/http/request_parser.h"

#include "message_parser.h"
#include "start_line.h"

namespace megaphone::http {
namespace {

struct RequestDialect {
  using Head = RequestHead;
  static constexpr auto kShape = SectionScanner::Shape::request_head;
  static constexpr auto kKind = MessageKind::request;
  static constexpr auto kSide = Side::client;
  static constexpr bool kMends = false;

  static MaybeProblem parseStartLine(std::string_view line, RequestHead& head) { return parseRequestLine(line, head); }
  static Result<BodyFraming> framing(const RequestHead& head) { return requestFraming(head); }
  static bool interim(const RequestHead&) { return false; }
  static Error error(Problem problem) { return {reasonFor(problem.kind), kSide, 0, std::move(problem.text)}; }

  static Reason reasonFor(Problem::Kind kind) {
    switch (kind) {
      case Problem::Kind::line_too_long: return Reason::request_target_too_long;
      case Problem::Kind::section_too_large: return Reason::request_head_too_large;
      case Problem::Kind::version: return Reason::request_version_unsupported;
      case Problem::Kind::syntax:
      case Problem::Kind::transfer_coding: break;
    }
    return Reason::http_request_error;
  }
};

}  // namespace

struct RequestParser::Inside : MessageParser<RequestDialect> {
  using MessageParser::MessageParser;
};

RequestParser::RequestParser(const HeadLimits& limits) : inside_(std::make_unique<Inside>(limits)) {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

void RequestParser::feed(std::string_view bytes) { inside_->feed(bytes); }
ParserEvent RequestParser::next() { return inside_->next(); }
void RequestParser::reset() { inside_->reset(); }
bool RequestParser::begun() const { return inside_->begun(); }
const RequestHead& RequestParser::head() const { return inside_->head(); }
const BodyFraming& RequestParser::framing() const { return inside_->framing(); }
std::string_view RequestParser::body() const { return inside_->body(); }
const Fields& RequestParser::trailers() const { return inside_->trailers(); }
std::string_view RequestParser::rest() const { return inside_->rest(); }
std::uint64_t RequestParser::contentLeft() const { return inside_->contentLeft(); }
void RequestParser::skipContent(std::uint64_t size) { inside_->skipContent(size); }
const Error& RequestParser::error() const { return inside_->error(); }

}  // namespace megaphone::http
