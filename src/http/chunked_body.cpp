#include "chunked_body.h"

#include <algorithm>
#include <cassert>

#include "megaphone/base/ascii.h"

namespace megaphone::http {
namespace {

constexpr std::size_t kLongestChunkLine = 4096;
constexpr std::uint64_t kLargestChunk = INT64_MAX;               // as of a Content-Length
constexpr std::uint64_t kMostExcess = std::uint64_t{16} * 1024;  // of extensions over content (RFC 9112 section 7.1.1)

constexpr std::string_view kBadSize = "a chunk size is not a hexadecimal number, or is too large";

int expectBody(llhttp_t*) { return 0; }
int pauseBehindChunkLine(llhttp_t*) { return HPE_PAUSED; }

llhttp_settings_t makeSettings() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = expectBody;
  settings.on_chunk_header = pauseBehindChunkLine;
  return settings;
}

// llhttp cannot start in its chunk states, so one parser is brought there by a head and then copied.
llhttp_t makeStarted() {
  static const llhttp_settings_t settings = makeSettings();
  constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  [[maybe_unused]] const llhttp_errno_t result = llhttp_execute(&parser, kHead.data(), kHead.size());
  assert(result == HPE_OK);
  return parser;
}

llhttp_t startedParser() {
  static const llhttp_t parser = makeStarted();
  return parser;
}

}  // namespace

ChunkedBody::ChunkedBody(MessageKind kind, const HeadLimits& limits)
    : kind_(kind), section_(SectionScanner::Shape::trailers, limits), parser_(startedParser()) {}

void ChunkedBody::reset() {
  state_ = State::size;
  excess_ = 0;
  guard_.reset();
  trailers_.clear();
  section_.reset();
  parser_ = startedParser();
}

ParserEvent ChunkedBody::next(std::string_view& input) {
  for (;;) {
    switch (state_) {
      case State::end: return ParserEvent::end;
      case State::failed: return ParserEvent::error;
      default: break;
    }
    if (input.empty()) return ParserEvent::need_data;
    ParserEvent event = ParserEvent::need_data;
    switch (state_) {
      case State::size:
      case State::extensions: event = readChunkLine(input); break;
      case State::content: event = readContent(input); break;
      case State::content_end: event = readContentEnd(input); break;
      case State::trailers: event = readTrailers(input); break;
      case State::end:
      case State::failed: break;
    }
    if (event != ParserEvent::need_data) return event;
  }
}

ParserEvent ChunkedBody::readChunkLine(std::string_view& input) {
  const std::string_view window = input.substr(0, kLongestChunkLine + 1);
  const std::size_t lf = window.find('\n');
  std::string_view piece = window.substr(0, lf == std::string_view::npos ? lf : lf + 1);
  if (const auto fault = guard_.check(piece, kLongestChunkLine); fault != LineGuard::Fault::none) {
    return fail({Problem::Kind::syntax, describeFault(fault, "a chunk line")});
  }
  input.remove_prefix(piece.size());
  const bool ended = lf != std::string_view::npos;
  // The guard has seen a CR before each LF; a CR at the end of a piece waits for it.
  while (!piece.empty() && (piece.back() == '\n' || piece.back() == '\r')) piece.remove_suffix(1);
  if (state_ == State::size && !readSize(piece)) return ParserEvent::error;
  if (state_ == State::extensions && !readExtensions(piece, ended)) return ParserEvent::error;
  if (!ended) return ParserEvent::need_data;
  if (!parse("\r\n")) return ParserEvent::error;
  left_ = parser_.content_length;
  if (left_ > kLargestChunk) return fail({Problem::Kind::syntax, std::string(kBadSize)});
  state_ = left_ > 0 ? State::content : State::trailers;
  return ParserEvent::need_data;
}

bool ChunkedBody::readSize(std::string_view& line) {
  const std::string_view size = line.substr(0, ascii::findAny<';', ' ', '\t'>(line));
  if (!size.empty() && !parse(size)) return false;
  line.remove_prefix(size.size());
  if (line.empty()) return true;
  extensions_.reset();
  state_ = State::extensions;
  return true;
}

// Extensions are dropped (RFC 9112 section 7.1.1), and llhttp never sees them: 8.1 refuses valid ones and takes others.
bool ChunkedBody::readExtensions(std::string_view line, bool ended) {
  if (!extensions_.take(line) || (ended && !extensions_.mayEnd())) {
    fail({Problem::Kind::syntax, std::string(extensions_.fault())});
    return false;
  }
  excess_ += line.size();
  if (excess_ <= kMostExcess) return true;
  fail({Problem::Kind::syntax, "chunk extensions are larger than the content"});
  return false;
}

ParserEvent ChunkedBody::readContent(std::string_view& input) {
  content_ = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
  if (!parse(content_)) return ParserEvent::error;
  input.remove_prefix(content_.size());
  left_ -= content_.size();
  excess_ -= std::min<std::uint64_t>(excess_, content_.size());
  if (left_ == 0) {
    state_ = State::content_end;
    endSeen_ = 0;
  }
  return ParserEvent::body;
}

ParserEvent ChunkedBody::readContentEnd(std::string_view& input) {
  const std::string_view piece = input.substr(0, 2U - endSeen_);
  if (!parse(piece)) return ParserEvent::error;
  input.remove_prefix(piece.size());
  endSeen_ = static_cast<std::uint8_t>(endSeen_ + piece.size());
  if (endSeen_ == 2) state_ = State::size;
  return ParserEvent::need_data;
}

ParserEvent ChunkedBody::readTrailers(std::string_view& input) {
  switch (section_.take(input)) {
    case SectionScanner::Step::refused: return fail(std::move(section_.problem()));
    case SectionScanner::Step::whole: break;
    default: return ParserEvent::need_data;
  }
  if (auto problem = parseTrailers(kind_, section_.fieldLines(), trailers_)) return fail(std::move(*problem));
  state_ = State::end;
  return trailers_.empty() ? ParserEvent::end : ParserEvent::trailers;
}

bool ChunkedBody::parse(std::string_view bytes) {
  switch (llhttp_execute(&parser_, bytes.data(), bytes.size())) {
    case HPE_OK: return true;
    case HPE_PAUSED: llhttp_resume(&parser_); return true;
    case HPE_INVALID_CHUNK_SIZE: fail({Problem::Kind::syntax, std::string(kBadSize)}); return false;
    default: fail({Problem::Kind::syntax, "a chunk is not followed by CRLF"}); return false;
  }
}

ParserEvent ChunkedBody::fail(Problem problem) {
  problem_ = std::move(problem);
  state_ = State::failed;
  return ParserEvent::error;
}

}  // namespace megaphone::http
