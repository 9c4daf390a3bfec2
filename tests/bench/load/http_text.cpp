#include "http_text.h"

#include <strings.h>

#include <algorithm>
#include <cstdlib>

namespace bench {
namespace {

// The value of a line, if it is the field of that name.
std::optional<std::string_view> valueOf(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
  if (::strncasecmp(line.data(), name.data(), name.size()) != 0) return std::nullopt;
  return line.substr(name.size() + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

void readField(FramingFields& fields, std::string_view line) {
  // By the first letter: this runs once per request on both sides, and the load must cost little.
  const char first = static_cast<char>(line.front() | 32);
  if (first != 'c' && first != 't' && first != 'p') return;
  if (const auto length = valueOf(line, "Content-Length")) fields.length = std::strtoull(length->data(), nullptr, 10);
  if (const auto coding = valueOf(line, "Transfer-Encoding")) {
    fields.chunked = lower(*coding).find("chunked") != std::string::npos;
  }
  for (const char* name : {"Connection", "Proxy-Connection"}) {
    if (const auto options = valueOf(line, name)) {
      const std::string words = lower(*options);
      fields.close = fields.close || words.find("close") != std::string::npos;
      fields.keepAlive = fields.keepAlive || words.find("keep-alive") != std::string::npos;
    }
  }
}

}  // namespace

FramingFields framingFields(std::string_view head) {
  FramingFields fields;
  head.remove_prefix(std::min(head.size(), head.find('\n') + 1));
  while (!head.empty() && head.front() != '\r') {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos) break;
    readField(fields, head.substr(0, end));
    head.remove_prefix(end + 1);
  }
  return fields;
}

void ContentReader::beginLength(std::uint64_t length) {
  left_ = length;
  state_ = length > 0 ? State::length : State::done;
}

void ContentReader::beginChunked() {
  line_.clear();
  state_ = State::chunk_size;
}

void ContentReader::beginUntilEnd() {
  left_ = UINT64_MAX;
  state_ = State::until_end;
}

std::string_view ContentReader::next(std::string_view& bytes) {
  while (!bytes.empty() && state_ != State::done) {
    if (state_ == State::length || state_ == State::chunk || state_ == State::until_end) return takePiece(bytes);
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (c == '\n') {
      endLine();
    } else if (c != '\r' && line_.size() < 64) {
      line_ += c;
    }
  }
  return {};
}

std::string_view ContentReader::takePiece(std::string_view& bytes) {
  const std::string_view piece =
      bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
  bytes.remove_prefix(piece.size());
  left_ -= piece.size();
  if (left_ == 0) state_ = state_ == State::length ? State::done : State::chunk_end;
  return piece;
}

void ContentReader::endLine() {
  if (state_ == State::chunk_size) {
    left_ = std::strtoull(line_.c_str(), nullptr, 16);
    state_ = left_ > 0 ? State::chunk : State::trailer;
  } else if (state_ == State::chunk_end) {
    state_ = State::chunk_size;
  } else if (line_.empty()) {
    state_ = State::done;
  }
  line_.clear();
}

}  // namespace bench
