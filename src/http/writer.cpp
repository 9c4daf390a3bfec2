#include "megaphone/http/writer.h"

#include <cassert>
#include <charconv>

namespace megaphone::http {

void appendRequestLine(std::string& out, std::string_view method, std::string_view target) {
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
}

void appendStatusLine(std::string& out, int status, std::string_view phrase) {
  assert(status >= 100 && status <= 999);
  out.append("HTTP/1.1 ");
  ascii::appendDecimal(out, static_cast<std::uint64_t>(status));
  out.append(" ").append(phrase).append("\r\n");  // the space stands even before an empty phrase (RFC 9112 section 4)
}

void appendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void appendField(std::string& out, std::string_view name, std::uint64_t value) {
  out.append(name).append(": ");
  ascii::appendDecimal(out, value);
  out.append("\r\n");
}

void appendEndOfHead(std::string& out) { out.append("\r\n"); }

ChunkLine::ChunkLine(std::uint64_t size) {
  assert(size > 0);  // a chunk of size 0 would end the body
  char* const end = std::to_chars(text_.data(), text_.data() + text_.size() - 2, size, 16).ptr;
  end[0] = '\r';
  end[1] = '\n';
  length_ = static_cast<std::size_t>(end - text_.data()) + 2;
}

}  // namespace megaphone::http
