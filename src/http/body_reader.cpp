#include "body_reader.h"

#include <algorithm>

namespace megaphone::http {

void BodyReader::begin(const BodyFraming& framing, const HeadLimits& limits) {
  kind_ = framing.kind;
  left_ = framing.length;
  if (kind_ != BodyFraming::Kind::chunked) return;
  if (chunked_) {
    chunked_->reset();
  } else {
    chunked_ = std::make_unique<ChunkedBody>(message_, limits);
  }
}

ParserEvent BodyReader::next(std::string_view& input) {
  switch (kind_) {
    case BodyFraming::Kind::none: return ParserEvent::end;
    case BodyFraming::Kind::length:
      if (left_ == 0) return ParserEvent::end;
      if (input.empty()) return ParserEvent::need_data;
      content_ = input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
      left_ -= content_.size();
      break;
    case BodyFraming::Kind::until_close:
      if (input.empty()) return ParserEvent::need_data;
      content_ = input;
      break;
    case BodyFraming::Kind::chunked: return chunked_->next(input);
  }
  input.remove_prefix(content_.size());
  return ParserEvent::body;
}

bool BodyReader::endsAtClose() const {
  return kind_ == BodyFraming::Kind::until_close || kind_ == BodyFraming::Kind::none ||
         (kind_ == BodyFraming::Kind::length && left_ == 0);
}

std::string_view BodyReader::content() const {
  return kind_ == BodyFraming::Kind::chunked ? chunked_->content() : content_;
}

const Fields& BodyReader::trailers() const {
  static const Fields none;
  return kind_ == BodyFraming::Kind::chunked ? chunked_->trailers() : none;
}

}  // namespace megaphone::http
