#include "feeder.h"

#include <algorithm>
#include <memory>

namespace megaphone::http::testing {
namespace {

std::string describe(const Fields& fields) {
  std::string text;
  for (const Field& field : fields) {
    text.append(" {").append(field.name).append(": ").append(field.value).append("}");
  }
  return text;
}

std::string describe(const BodyFraming& framing) {
  switch (framing.kind) {
    case BodyFraming::Kind::none: return " none";
    case BodyFraming::Kind::length: return " length " + std::to_string(framing.length);
    case BodyFraming::Kind::chunked: return " chunked";
    case BodyFraming::Kind::until_close: return " until_close";
  }
  return "";
}

std::string describe(Version version) { return version == Version::http10 ? " 1.0" : " 1.1"; }

std::string startLine(const RequestHead& head) {
  return std::string(head.method) + " " + std::string(head.target) + describe(head.version);
}

std::string startLine(const ResponseHead& head) {
  return std::to_string(head.status) + " " + std::string(head.phrase) + describe(head.version);
}

template <class Parser>
class Feeder {
 public:
  Feeder(Parser& parser, std::string_view bytes, const Pieces& pieces)
      : parser_(parser), left_(bytes), pieces_(pieces) {}

  // Until the message has ended; false where the bytes are used up before, or at an error.
  bool readMessage() {
    feed("");
    for (;;) {
      const ParserEvent event = parser_.next();
      write(event);
      if (event == ParserEvent::end) return true;
      if (event == ParserEvent::error) return false;
      if (event != ParserEvent::need_data) continue;
      if (left_.empty()) return false;
      feed(parser_.rest());
    }
  }
  // Gives back what was fed and not used.
  void takeBack() {
    unused_ = std::string(parser_.rest());
    piece_.reset();
  }
  bool usedUp() const { return left_.empty() && unused_.empty(); }

  void write(ParserEvent event) {
    auto& events = transcript_.events;
    switch (event) {
      case ParserEvent::need_data: break;
      case ParserEvent::head:
        events.push_back("head " + startLine(parser_.head()) + describe(parser_.head().fields) +
                         describe(parser_.framing()));
        break;
      case ParserEvent::body:
        if (parser_.body().empty()) events.emplace_back("BROKEN: an empty body event");
        if (!events.back().starts_with("body ")) events.emplace_back("body ");
        events.back().append(parser_.body());
        break;
      case ParserEvent::trailers: events.push_back("trailers" + describe(parser_.trailers())); break;
      case ParserEvent::end: events.emplace_back("end"); break;
      case ParserEvent::error:
        events.push_back("error " + std::string(word(parser_.error().reason)) + " " +
                         std::string(word(parser_.error().side)));
        transcript_.sentence = parser_.error().context;
        break;
    }
  }

  Transcript transcript(bool within) {
    if (within) transcript_.events.emplace_back("need data");
    transcript_.rest = unused_ + std::string(left_);
    return transcript_;
  }

 private:
  void feed(std::string_view rest) {
    if (!rest.empty()) transcript_.events.emplace_back("BROKEN: need_data with bytes left");
    std::size_t size = 0;
    if (unused_.empty()) {
      size = std::min(std::max<std::size_t>(pieces_(), 1), left_.size());
      unused_ = left_.substr(0, size);
      left_.remove_prefix(size);
    }
    auto next = std::make_unique<char[]>(unused_.size());
    std::copy(unused_.begin(), unused_.end(), next.get());
    parser_.feed({next.get(), unused_.size()});
    piece_ = std::move(next);  // what was fed before dies now
    unused_.clear();
  }

  Parser& parser_;
  std::string_view left_;
  const Pieces& pieces_;
  std::string unused_;
  std::unique_ptr<char[]> piece_;
  Transcript transcript_;
};

}  // namespace

Pieces whole() {
  return [] { return SIZE_MAX; };
}
Pieces byteByByte() {
  return [] { return std::size_t{1}; };
}

Transcript readRequests(std::string_view bytes, const Pieces& pieces, std::size_t messages, const HeadLimits& limits) {
  RequestParser parser(limits);
  Feeder feeder(parser, bytes, pieces);
  while (messages > 0 && !feeder.usedUp()) {
    if (!feeder.readMessage()) return feeder.transcript(parser.begun() && parser.next() == ParserEvent::need_data);
    --messages;
    feeder.takeBack();
    parser.reset();
  }
  return feeder.transcript(false);
}

Transcript readResponses(std::string_view bytes, const Answers& answers, const Pieces& pieces, std::size_t messages,
                         const HeadLimits& limits) {
  ResponseParser parser(limits);
  Feeder feeder(parser, bytes, pieces);
  for (std::size_t i = 0; i < messages && (i == 0 || !feeder.usedUp()); ++i) {
    parser.expect(i < answers.expected.size() ? answers.expected[i] : RequestKind::ordinary);
    if (!feeder.readMessage()) {
      const bool within = parser.next() == ParserEvent::need_data;
      if (within && answers.close) feeder.write(parser.finish());
      return feeder.transcript(within && !answers.close && parser.begun());
    }
    feeder.takeBack();
  }
  return feeder.transcript(false);
}

}  // namespace megaphone::http::testing
