#include "megaphone/base/json.h"

#include <algorithm>
#include <array>

#include "megaphone/base/utf8.h"

namespace megaphone::json {
namespace {

void appendEscapedByte(std::string& out, char c) { ascii::appendHexByte(out += "\\u00", c); }

// Bytes that need no escaping in JSON: printable ASCII except the quote and the backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> table{};
  for (unsigned char byte = 0x20; byte < 0x7f; ++byte) table[byte] = byte != '"' && byte != '\\';
  return table;
}();

bool isPlain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

}  // namespace

void appendEscaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isPlain) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const std::size_t length = utf8Length(text);
    if (length == 0) {
      appendEscapedByte(out, text[0]);
    } else if (utf8Control(text)) {
      appendEscapedByte(out, text[length - 1]);  // of U+0080 to U+009F the second byte is the code point
    } else {
      if (text[0] == '"' || text[0] == '\\') out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

void appendText(std::string& out, std::string_view text) {
  out += '"';
  appendEscaped(out, text);
  out += '"';
}

void Object::milliseconds(const Name& name, Duration duration) {
  if (duration >= Duration::zero()) ascii::appendMilliseconds(key(name), duration);
}

}  // namespace megaphone::json
