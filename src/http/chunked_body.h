// ChunkedBody: removes chunk framing (RFC 9112 section 7.1); llhttp reads the chunk sizes. Private to http.
#pragma once

#include <llhttp.h>

#include "chunk_extensions.h"
#include "field_parser.h"
#include "megaphone/http/parser_event.h"
#include "section_scanner.h"

namespace megaphone::http {

class ChunkedBody {
 public:
  ChunkedBody(MessageKind kind, const HeadLimits& limits);
  ChunkedBody(const ChunkedBody&) = delete;
  ChunkedBody& operator=(const ChunkedBody&) = delete;

  void reset();
  // Takes from the front of `input` up to the next event: body, trailers, end, need_data or error.
  ParserEvent next(std::string_view& input);

  std::string_view content() const { return content_; }
  const Fields& trailers() const { return trailers_; }
  Problem& problem() { return problem_; }

 private:
  enum class State : std::uint8_t { size, extensions, content, content_end, trailers, end, failed };

  ParserEvent readChunkLine(std::string_view& input);
  // Returns whether the extensions are valid; otherwise sets the problem.
  bool readSize(std::string_view& line);
  bool readExtensions(std::string_view line, bool ended);
  ParserEvent readContent(std::string_view& input);
  ParserEvent readContentEnd(std::string_view& input);
  ParserEvent readTrailers(std::string_view& input);
  ParserEvent fail(Problem problem);
  // Returns whether llhttp accepts it; otherwise sets the problem.
  bool parse(std::string_view bytes);

  MessageKind kind_;
  State state_ = State::size;
  std::uint8_t endSeen_ = 0;  // bytes of the CRLF behind the content
  LineGuard guard_;
  ChunkExtensions extensions_;
  std::uint64_t left_ = 0;    // content of this chunk
  std::uint64_t excess_ = 0;  // bytes of extensions beyond those of content
  std::string_view content_;
  Fields trailers_;
  SectionScanner section_;
  Problem problem_;
  llhttp_t parser_;
};

}  // namespace megaphone::http
