#include "scan.h"

#include <algorithm>

namespace megaphone::config {
namespace {

// Returns the bytes of a text in one line behind its first quote.
std::size_t skipText(std::string_view rest) {
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != rest[0]) end += rest[end] == '\\' && rest[0] == '"' ? 2u : 1u;
  return std::min(end, rest.size() - 1);
}

}  // namespace

void Scanner::line(std::string_view text, std::size_t number) {
  dots_ = 0;
  if (open_.kind == Open::Kind::nothing) levels_ = 0;  // an inline table ends with its line
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (open_.kind == Open::Kind::text) {
      const std::size_t end = endOfText(rest);
      if (end == std::string_view::npos) return;
      at += end - 1;
      open_.kind = open_.depth > 0 ? Open::Kind::array : Open::Kind::nothing;
    } else if (rest[0] == '#') {
      return;
    } else if (rest.starts_with(R"(""")") || rest.starts_with("'''")) {
      begin(Open::Kind::text, number, at);
      open_.quotes = rest[0] == '"' ? R"(""")" : "'''";
      at += 2;
    } else if (rest[0] == '"' || rest[0] == '\'') {
      at += skipText(rest);
    } else {
      sign(rest[0], number, at);
    }
  }
}

void Scanner::begin(Open::Kind kind, std::size_t number, std::size_t at) {
  if (open_.depth == 0) open_ = {kind, 0, number, at, {}};
  open_.kind = kind;
}

// A bracket opens an array behind a '=' only: others are headers.
void Scanner::sign(char c, std::size_t number, std::size_t at) {
  if (c == '=') assigned_ = number;
  const bool opens = c == '[' && (open_.depth > 0 || assigned_ == number);
  if (opens) {
    begin(Open::Kind::array, number, at);
    ++open_.depth;
  }
  if (c == ']' && open_.depth > 0 && --open_.depth == 0) open_.kind = Open::Kind::nothing;
  count(c, opens || c == '{');
}

void Scanner::count(char c, bool opens) {
  dots_ = c == '.' ? dots_ + 1 : std::string_view("=,[]{}").find(c) == std::string_view::npos ? dots_ : 0;
  if (opens) ++levels_;
  if ((c == ']' || c == '}') && levels_ > 0) --levels_;
  too_deep_ = too_deep_ || dots_ >= kDeepest || levels_ > kDeepest;
}

// Returns the place behind the quotes that close the open text, up to two of which may belong to it; npos where it goes
// on in the next line.
std::size_t Scanner::endOfText(std::string_view rest) const {
  constexpr std::size_t kMostQuotes = 5;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] == '\\' && open_.quotes[0] == '"') {
      ++at;
    } else if (rest.substr(at).starts_with(open_.quotes)) {
      std::size_t end = at + open_.quotes.size();
      while (end < rest.size() && end < at + kMostQuotes && rest[end] == open_.quotes[0]) ++end;
      return end;
    }
  }
  return std::string_view::npos;
}

std::size_t findTooDeep(std::string_view text) {
  Scanner scanner;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    scanner.line(text.substr(0, end), number);
    if (scanner.tooDeep()) return number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::string_view::npos;
}

}  // namespace megaphone::config
