#include "start_line.h"

#include <algorithm>

namespace megaphone::http {
namespace {

MaybeProblem wrong(std::string text) { return Problem{Problem::Kind::syntax, std::move(text)}; }

// Returns whether `text` is an HTTP-version of RFC 9112 section 2.3, with any numbers.
bool isVersion(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && ascii::isDigit(text[5]) && text[6] == '.' &&
         ascii::isDigit(text[7]);
}

// Reads "HTTP/1.0" or "HTTP/1.x"; a higher minor version is read as 1.1 (RFC 9110 section 2.5).
bool parseVersion(std::string_view text, Version& version) {
  if (!isVersion(text) || text[5] != '1') return false;
  version = text[7] == '0' ? Version::http10 : Version::http11;
  return true;
}

// Bytes above 127 are not valid in a URL but unambiguous: they are encoded when forwarded.
bool mayStandInTarget(char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; }

}  // namespace

MaybeProblem parseRequestLine(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos) return wrong("the request line has no target");
  head.method = line.substr(0, first);
  if (!ascii::isToken(head.method)) return wrong("the method is not a token");
  if (first == last) return wrong("the request line has no version");
  head.target = line.substr(first + 1, last - first - 1);
  if (head.target.empty()) return wrong("the request target is empty");
  if (!std::all_of(head.target.begin(), head.target.end(), mayStandInTarget)) {
    return wrong("the request target has a blank or a control character, which must be percent-encoded");
  }
  const std::string_view version = line.substr(last + 1);
  if (!parseVersion(version, head.version)) {
    return Problem{isVersion(version) ? Problem::Kind::version : Problem::Kind::syntax,
                   "the version in the request line is not HTTP/1.x"};
  }
  return std::nullopt;
}

MaybeProblem parseStatusLine(std::string_view line, ResponseHead& head) {
  constexpr std::size_t kCode = 9;  // behind "HTTP/1.x "
  if (!parseVersion(line.substr(0, 8), head.version)) return wrong("the version in the status line is not HTTP/1.x");
  const std::string_view code = line.size() > kCode && line[kCode - 1] == ' ' ? line.substr(kCode, 3) : "";
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), ascii::isDigit) || code[0] == '0') {
    return wrong("the status code is not a number from 100 to 999");
  }
  const std::string_view rest = line.substr(kCode + 3);
  if (!rest.empty() && rest[0] != ' ') return wrong("the status code is not followed by a space");
  head.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  head.phrase = rest.empty() ? rest : rest.substr(1);
  return std::nullopt;
}

}  // namespace megaphone::http
