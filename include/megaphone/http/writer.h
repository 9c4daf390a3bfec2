// Writing messages: functions that append parts of a head to a string, and chunk framing to be written around content
// that is not copied. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "megaphone/http/head.h"

namespace megaphone::http {

// Appends "GET /path HTTP/1.1\r\n".
void appendRequestLine(std::string& out, std::string_view method, std::string_view target);
// Appends "HTTP/1.1 200 OK\r\n". The phrase may be empty.
void appendStatusLine(std::string& out, int status, std::string_view phrase);
// Appends "Name: value\r\n". REQUIRES: name and value come from a parser or have no control characters.
void appendField(std::string& out, std::string_view name, std::string_view value);
void appendField(std::string& out, std::string_view name, std::uint64_t value);
// Appends "\r\n".
void appendEndOfHead(std::string& out);

// Returns the registered phrase of a status code (RFC 9110 section 15), or "". Valid for ever.
std::string_view phraseFor(int status);

// The line before a chunk's content (RFC 9112 section 7.1). kChunkEnd follows the content.
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
inline constexpr std::string_view kLastChunk = "0\r\n";  // trailer fields and appendEndOfHead() follow

}  // namespace megaphone::http
