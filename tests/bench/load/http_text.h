// What both ends of the load need of HTTP/1.1: fields that frame, and content by length, by chunks or until the end.
// It reads what a correct peer sends; what an incorrect one sends fails the comparison of the content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

struct FramingFields {
  std::optional<std::uint64_t> length;
  bool chunked = false;
  bool close = false;
  bool keepAlive = false;
};
// REQUIRES: head ends with an empty line.
FramingFields framingFields(std::string_view head);

class ContentReader {
 public:
  void beginLength(std::uint64_t length);
  void beginChunked();
  void beginUntilEnd();
  bool done() const { return state_ == State::done; }
  bool untilEnd() const { return state_ == State::until_end; }
  // Takes from the front of `bytes` up to the next piece of content and returns that; empty when the bytes are used up
  // or the content is over.
  std::string_view next(std::string_view& bytes);

 private:
  enum class State : std::uint8_t { done, length, chunk_size, chunk, chunk_end, trailer, until_end };
  std::string_view takePiece(std::string_view& bytes);
  void endLine();

  State state_ = State::done;
  std::uint64_t left_ = 0;
  std::string line_;
};

}  // namespace bench
