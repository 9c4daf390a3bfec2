// MessageParser: the common part of RequestParser and ResponseParser; a Dialect has the differences. Private to http.
//
//   reset -> [head] -- head --> [body] -- end --> [ended]     [head] stays after the head of an interim answer;
//   anything wrong, in any state --> [failed]                  body and trailers are handed out in [body].
//
// A Dialect has: Head; kShape, kKind, kSide; kMends: whether invalid heads with one meaning are repaired rather than
// refused; parseStartLine(line, head); framing(head); interim(head); error(problem).
#pragma once

#include "body_reader.h"
#include "field_parser.h"

namespace megaphone::http {

template <class Dialect>
class MessageParser {
 public:
  using Head = typename Dialect::Head;

  explicit MessageParser(const HeadLimits& limits)
      : limits_(limits), section_(Dialect::kShape, limits), body_(Dialect::kKind) {}

  void reset() {
    state_ = State::head;
    begun_ = false;
    input_ = {};
    beginHead();
  }

  void feed(std::string_view bytes) { input_ = bytes; }

  ParserEvent next() {
    switch (state_) {
      case State::head: return readHead();
      case State::body: return readBody();
      case State::ended: return ParserEvent::end;
      case State::failed: return ParserEvent::error;
    }
    return ParserEvent::error;
  }

  // Takes the close by the other side.
  ParserEvent finish() {
    if (state_ == State::body && body_.endsAtClose()) state_ = State::ended;
    if (state_ == State::head && !begun()) {
      return fail(
          {Reason::connection_terminated, Dialect::kSide, 0, "the connection was closed before an answer began"});
    }
    if (state_ == State::head) return fail(cut("the connection was closed before the head was whole"));
    if (state_ == State::body) return fail(cut("the connection was closed before the body was whole"));
    return next();
  }

  bool begun() const { return begun_ || section_.begun(); }

  Dialect& dialect() { return dialect_; }
  const Head& head() const { return head_; }
  const BodyFraming& framing() const { return framing_; }
  std::string_view body() const { return body_.content(); }
  const Fields& trailers() const { return body_.trailers(); }
  std::string_view rest() const { return input_; }
  std::uint64_t contentLeft() const { return state_ == State::body ? body_.left() : 0; }
  void skipContent(std::uint64_t size) { body_.skip(size); }
  const Error& error() const { return error_; }

 private:
  enum class State : std::uint8_t { head, body, ended, failed };

  void beginHead() {
    section_.reset();
    head_.fields.reset();
    framing_ = {};
  }

  ParserEvent readHead() {
    if (headDone_) {  // the head before was an interim answer's, and its views had to live until now
      headDone_ = false;
      beginHead();
    }
    for (;;) {
      switch (section_.take(input_)) {
        case SectionScanner::Step::need_data: return ParserEvent::need_data;
        case SectionScanner::Step::refused: return fail(Dialect::error(std::move(section_.problem())));
        case SectionScanner::Step::start_line:
          if (auto problem = Dialect::parseStartLine(section_.startLine(), head_)) {
            return fail(Dialect::error(std::move(*problem)));
          }
          break;
        case SectionScanner::Step::whole: return headIsWhole();
      }
    }
  }

  ParserEvent headIsWhole() {
    if (section_.isLoose()) section_.mend();
    auto problem = parseFields(Dialect::kKind, section_.fieldLines(), head_.fields);
    if (problem && Dialect::kMends && section_.mend()) {
      head_.fields.clear();
      problem = parseFields(Dialect::kKind, section_.fieldLines(), head_.fields);
    }
    if (problem) return fail(Dialect::error(std::move(*problem)));
    if (section_.inParts()) Dialect::parseStartLine(section_.startLine(), head_);  // it may have moved since
    auto framing = dialect_.framing(head_);
    if (!framing) return fail(std::move(framing.error()));
    framing_ = *framing;
    begun_ = true;
    if (Dialect::interim(head_)) {
      headDone_ = true;
    } else {
      body_.begin(framing_, limits_);
      state_ = State::body;
    }
    return ParserEvent::head;
  }

  ParserEvent readBody() {
    const ParserEvent event = body_.next(input_);
    if (event == ParserEvent::end) state_ = State::ended;
    if (event == ParserEvent::error) return fail(Dialect::error(std::move(body_.problem())));
    return event;
  }

  ParserEvent fail(Error error) {
    error_ = std::move(error);
    state_ = State::failed;
    return ParserEvent::error;
  }

  static Error cut(std::string sentence) {
    return {Reason::http_response_incomplete, Dialect::kSide, 0, std::move(sentence)};
  }

  State state_ = State::head;
  bool begun_ = false;
  bool headDone_ = false;
  HeadLimits limits_;
  Dialect dialect_;
  std::string_view input_;
  Head head_;
  BodyFraming framing_;
  SectionScanner section_;
  BodyReader body_;
  Error error_;
};

}  // namespace megaphone::http
