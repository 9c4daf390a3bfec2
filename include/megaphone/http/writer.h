// Events to bytes: heads are appended to a string that the caller keeps; chunk framing is written around content in
// place. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "megaphone/http/head.h"

namespace megaphone::http {

// "GET /path HTTP/1.1\r\n"
void appendRequestLine(std::string& out, std::string_view method, std::string_view target);
// "HTTP/1.1 200 OK\r\n". The phrase may be empty.
void appendStatusLine(std::string& out, int status, std::string_view phrase);
// "Name: value\r\n". REQUIRES: name and value come from a parser or hold no control characters.
void appendField(std::string& out, std::string_view name, std::string_view value);
void appendField(std::string& out, std::string_view name, std::uint64_t value);
// "\r\n"
void appendEndOfHead(std::string& out);

// The registered phrase of a status code (RFC 9110 section 15), or "".
std::string_view phraseFor(int status);

// The line before a chunk's content. The content is followed by kChunkEnd.
class ChunkLine {
 public:
  // REQUIRES: size > 0.
  explicit ChunkLine(std::uint64_t size);
  std::string_view view() const { return {text_.data(), length_}; }

 private:
  std::array<char, 18> text_{};  // sixteen digits and CRLF
  std::size_t length_ = 0;
};
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n";  // trailer fields and an end of head follow

}  // namespace megaphone::http
