// BodyReader: reads the body of a message of known framing. Private to http.
//
// A body with a length and a body until the close are a counter over the input; only the chunked one is parsed.
#pragma once

#include <memory>

#include "chunked_body.h"
#include "megaphone/http/body_framing.h"

namespace megaphone::http {

class BodyReader {
 public:
  explicit BodyReader(MessageKind kind) : message_(kind) {}

  // REQUIRES: called before each body.
  void begin(const BodyFraming& framing, const HeadLimits& limits);
  // Takes from the front of `input` up to the next event: body, trailers, end, need_data or error.
  ParserEvent next(std::string_view& input);
  // Returns whether a close by the other side now ends the body properly.
  bool endsAtClose() const;

  // Returns how many bytes of a body with a length are still to come.
  std::uint64_t left() const { return kind_ == BodyFraming::Kind::length ? left_ : 0; }
  void skip(std::uint64_t size) { left_ -= size; }

  std::string_view content() const;
  const Fields& trailers() const;
  // Returns the problem. REQUIRES: next() has returned error.
  Problem& problem() { return chunked_->problem(); }

 private:
  MessageKind message_;
  BodyFraming::Kind kind_ = BodyFraming::Kind::none;
  std::uint64_t left_ = 0;
  std::string_view content_;
  std::unique_ptr<ChunkedBody> chunked_;  // made for the first chunked body and kept: most connections have none
};

}  // namespace megaphone::http
