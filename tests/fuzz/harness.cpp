#include "harness.h"

#include <cstdio>
#include <cstdlib>

namespace megaphone::fuzz {
namespace {

// As a C string, so that it can be pasted into a test.
std::string quoted(std::string_view bytes) {
  std::string out = "\"";
  bool digitWouldContinue = false;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    char hexadecimal[5];
    std::snprintf(hexadecimal, sizeof hexadecimal, "\\x%02x", static_cast<unsigned>(byte));
    const bool isHexDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (digitWouldContinue && isHexDigit) out += "\" \"";
    digitWouldContinue = false;
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out.append("\\") += c;
    } else if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += hexadecimal;
      digitWouldContinue = true;
    }
  }
  return out + "\"";
}

}  // namespace

void fail(const std::string& what, std::string_view bytes) {
  std::fprintf(stderr, "BROKEN: %s\n  bytes: %s\n", what.c_str(), quoted(bytes).c_str());
  std::abort();
}

}  // namespace megaphone::fuzz
