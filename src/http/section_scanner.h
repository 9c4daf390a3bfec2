// SectionScanner: finds the end of a head or of a trailer section, line by line, as its bytes arrive. Private to http.
//
// It refuses at the first byte that is wrong or exceeds a limit, so that an invalid section is not waited for. A
// section that is complete in the input is not copied; one that arrives in parts is collected in a store of bounded
// size.
//
// In the head of an answer it accepts invalid syntax that has one meaning, and mend() rewrites it:
//   - a line that continues the one before it (RFC 9112 section 5.2), but not where framing would depend on it;
//   - a LF alone (RFC 9112 section 2.2) at the end of the status line, or at the ends of all lines. Among lines that
//   end
//     with CRLF it may as well be a part of a value, put there to make two fields, or two answers, of one.
#pragma once

#include <string>
#include <string_view>

#include "line_guard.h"
#include "megaphone/http/request_parser.h"

namespace megaphone::http {

class SectionScanner {
 public:
  enum class Shape : std::uint8_t {
    request_head,   // a start line, with a few empty lines allowed before it (RFC 9112 section 2.2)
    response_head,  // a start line
    trailers,       // field lines only
  };
  enum class Step : std::uint8_t {
    need_data,   // all of `input` is taken
    start_line,  // startLine() is available; take() goes on
    whole,       // text() is available
    refused,     // problem() is available
  };

  SectionScanner(Shape shape, const HeadLimits& limits) : shape_(shape), limits_(limits) { reset(); }

  // Takes from the front of `input`; the rest does not belong to the section. REQUIRES: after start_line, the same
  // `input`.
  Step take(std::string_view& input);
  // Starts over and keeps a reasonable amount of memory.
  void reset();

  // Returns whether a line other than the allowed empty ones has begun.
  bool begun() const { return begun_; }
  // Returns the start line without its CRLF. It moves if the section comes in parts: take views into it again after
  // whole.
  std::string_view startLine() const { return {text_.data() + begin_, startLineSize_}; }
  // Returns the field lines with the empty line that ends them.
  std::string_view fieldLines() const;
  // Returns whether a line must be mended before the fields can be parsed.
  bool isLoose() const { return loose_; }
  // Ends each line with CRLF, makes a blank of each fold, and removes the blanks at the ends of field lines and between
  // field names and their colons (RFC 9112 section 5.1). Returns whether that changed anything: then the section has
  // moved to the store. REQUIRES: take() has returned whole, for the head of an answer.
  bool mend();
  bool inParts() const { return !store_.empty(); }
  Problem& problem() { return problem_; }

 private:
  enum class LineEnds : std::uint8_t { open, crlf, lf };

  Step scan();
  Step lineEnded(std::size_t size);
  Step refuse(Problem::Kind kind, std::string text);
  bool checkLine(std::size_t end);
  bool checkFold();
  bool checkLineEnd(bool hasCr);
  Step foldEnded(std::string_view line);
  bool isStartLine() const { return lines_ == 0 && shape_ != Shape::trailers; }
  std::string place() const;

  Shape shape_;
  bool begun_ = false;
  bool loose_ = false;
  LineEnds ends_ = LineEnds::open;  // what the next line must end with
  std::uint8_t skipped_ = 0;
  LineGuard guard_;
  HeadLimits limits_;
  std::string_view text_;  // the input, or the store; all offsets are into it
  std::string store_;
  std::size_t begin_ = 0;       // of the section
  std::size_t fieldBegin_ = 0;  // of the field line that the line being scanned may continue
  std::size_t lineBegin_ = 0;   // of the line being scanned
  std::size_t scanned_ = 0;
  std::size_t startLineSize_ = 0;
  std::size_t firstField_ = 0;  // where the field lines begin
  std::size_t lines_ = 0;       // complete ones, start line included
  std::size_t fields_ = 0;
  Problem problem_;
};

}  // namespace megaphone::http
