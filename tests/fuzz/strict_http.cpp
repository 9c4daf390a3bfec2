#include "strict_http.h"

#include <algorithm>

namespace megaphone::fuzz {
namespace {

using State = StrictMessage::State;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isTokenChar(char c) {
  return isDigit(c) || isAlpha(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool isVisible(char c) { return c > ' ' && c < '\x7f'; }
bool isHigh(char c) { return static_cast<unsigned char>(c) > 127; }
// field-vchar, SP and HTAB; also what a chunk line or a phrase may have.
bool isText(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'); }

template <class Test>
bool all(std::string_view text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Digits only, at most `most`.
std::optional<std::uint64_t> number(std::string_view text, unsigned base, std::uint64_t most) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(lower({&c, 1}));
    if (digit >= base || value > (most - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// From the front of `text`: what the grammar of chunk-ext is made of.
void skipBlanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); }
bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}
bool skipToken(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), isTokenChar);
  const auto size = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(size);
  return size > 0;
}
bool skipQuoted(std::string_view& text) {
  if (!skip(text, '"')) return false;
  while (!text.empty() && !text.starts_with('"')) text.remove_prefix(text.starts_with('\\') && text.size() > 1 ? 2 : 1);
  return skip(text, '"');
}

// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
bool areExtensions(std::string_view text) {
  while (!text.empty()) {
    skipBlanks(text);
    if (!skip(text, ';')) return false;
    skipBlanks(text);
    if (!skipToken(text)) return false;
    std::string_view ahead = text;
    skipBlanks(ahead);
    if (!skip(ahead, '=')) continue;
    skipBlanks(ahead);
    if (!skipToken(ahead) && !skipQuoted(ahead)) return false;
    text = ahead;
  }
  return true;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : all_(bytes), left_(bytes) {}

  StrictMessage request(Writer writer) {
    if (readHead() && checkRequestLine(writer) && readFraming(out_.line[2])) {
      if (out_.chunked)
        readChunks();
      else
        readLength(out_.length.value_or(0));
    }
    return finish();
  }

  StrictMessage answer(AnswerBody body, Writer writer) {
    lenient_ = writer == Writer::any;
    if (!readHead() || !checkStatusLine()) return finish();
    const std::string& status = out_.line[1];
    const bool none = body == AnswerBody::none || status[0] == '1' || status == "204" || status == "304";
    const bool framed = readFraming(out_.line[0]);
    if (none && lenient_) {
      out_.broken.clear();
      out_.headFramed = true;
    }
    if (none) {
      out_.state = State::whole;
    } else if (framed && out_.chunked) {
      readChunks();
    } else if (framed && out_.length) {
      readLength(*out_.length);
    } else if (framed) {
      readLength(UINT64_MAX);
    }
    return finish();
  }

  StrictMessage chunks() {
    readChunks();
    return finish();
  }

 private:
  bool broken(std::string what) {
    out_.broken = std::move(what);
    return false;
  }

  // Up to CRLF; nothing where there is none yet.
  std::optional<std::string_view> takeLine() {
    const std::size_t end = left_.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = left_.substr(0, end);
    left_.remove_prefix(end + 2);
    return line;
  }

  // The lines of a head; nothing where it is not whole, or broken.
  std::optional<std::vector<std::string>> takeHeadLines() {
    if (!lenient_ && left_.find("\r\n\r\n") == std::string_view::npos) return std::nullopt;
    std::vector<std::string> lines;
    std::string ends;  // of each line: 'c' for CRLF, 'l' for a LF alone
    for (std::string_view ahead = left_;;) {
      const std::size_t lf = ahead.find('\n');
      if (lf == std::string_view::npos) return std::nullopt;
      const bool cr = lf > 0 && ahead[lf - 1] == '\r';
      const std::string_view line = ahead.substr(0, cr ? lf - 1 : lf);
      ahead.remove_prefix(lf + 1);
      ends += cr ? 'c' : 'l';
      if (!mayEnd(ends) || (line.empty() && ends == "lc")) return broken("a LF alone"), std::nullopt;
      if (line.empty()) {
        left_ = ahead;
        return lines;
      }
      if (!line.starts_with(' ') && !line.starts_with('\t')) {
        lines.emplace_back(line);
      } else if (!unfold(lines, trimmed(line))) {
        return std::nullopt;
      }
    }
  }

  // In the head of an answer as it comes, all lines may end with a LF alone, or only the first.
  bool mayEnd(const std::string& ends) const {
    if (ends.find('l') == std::string::npos) return true;
    return lenient_ && ends[0] == 'l' &&
           ends.find(ends.size() > 1 && ends[1] == 'l' ? 'c' : 'l', 1) == std::string::npos;
  }

  // RFC 9112 section 5.2, where no framing depends on it.
  bool unfold(std::vector<std::string>& lines, std::string_view more) {
    if (!lenient_ || lines.size() < 2 || more.empty()) return broken("a fold");
    const std::size_t colon = lines.back().find(':');
    if (colon == std::string::npos) return broken("a fold of a name");
    for (const char* name : {"content-length", "transfer-encoding", "connection", "upgrade", "trailer"}) {
      if (lower(trimmed(lines.back().substr(0, colon))) == name) return broken("a fold of a field that frames");
      if (lower(trimmed(more.substr(0, more.find(':')))) == name) return broken("a fold that looks like framing");
    }
    while (lines.back().ends_with(' ') || lines.back().ends_with('\t')) lines.back().pop_back();
    lines.back() += " " + std::string(more);
    return true;
  }

  bool readHead() {
    const auto lines = takeHeadLines();
    if (!lines) return false;
    const std::string_view line = lines->empty() ? std::string_view() : lines->front();
    if (!all(line, isText)) return broken("a control in the start line");
    const std::size_t one = line.find(' ');
    const std::size_t two = line.find(' ', std::min(one, line.size() - 1) + 1);
    if (line.empty() || one == std::string_view::npos) return broken("a start line of one part");
    out_.line = {std::string(line.substr(0, one)), std::string(line.substr(one + 1, two - one - 1)),
                 two == std::string_view::npos ? std::string() : std::string(line.substr(two + 1))};
    for (std::size_t i = 1; i < lines->size(); ++i) {
      if (!readField((*lines)[i], out_.fields, lenient_)) return false;
    }
    return out_.headWhole = true;
  }

  // Blanks before a colon are removed from answers (RFC 9112 section 5.1); everywhere else they are refused.
  bool readField(std::string_view line, std::vector<std::pair<std::string, std::string>>& fields, bool closeName) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return broken("a field line without a colon");
    std::string_view name = line.substr(0, colon);
    while (closeName && name.ends_with(name.ends_with('\t') ? '\t' : ' ')) name.remove_suffix(1);
    if (name.empty() || !all(name, isTokenChar)) return broken("a field name that is no token");
    if (!all(line, isText)) return broken("a control in a field line");
    fields.emplace_back(name, trimmed(line.substr(colon + 1)));
    return true;
  }

  bool readTrailers() {
    for (;;) {
      const auto line = takeLine();
      if (!line) return false;
      if (line->empty()) return true;
      if (!readField(*line, out_.trailers, false)) return false;
    }
  }

  static bool isVersion(std::string_view text) {
    return text.size() == 8 && text.starts_with("HTTP/1.") && isDigit(text[7]);
  }

  bool checkRequestLine(Writer writer) {
    const auto mayStand = [writer](char c) { return isVisible(c) || (writer == Writer::any && isHigh(c)); };
    if (out_.line[0].empty() || !all(out_.line[0], isTokenChar)) return broken("a bad method");
    if (out_.line[1].empty() || !all(out_.line[1], mayStand)) return broken("a bad target");
    return isVersion(out_.line[2]) || broken("a bad version");
  }

  bool checkStatusLine() {
    if (!isVersion(out_.line[0])) return broken("a bad version");
    const std::string& status = out_.line[1];
    return (status.size() == 3 && all(status, isDigit) && status[0] != '0') || broken("a bad status");
  }

  bool readFraming(std::string_view version) {
    std::size_t framers = 0;
    for (const auto& [name, value] : out_.fields) {
      if (lower(name) == "content-length" && !takeLengths(value, framers)) return false;
      if (lower(name) == "transfer-encoding") {
        ++framers;
        out_.chunked = true;
        if (lower(value) != "chunked") return broken("a transfer coding that is not chunked");
      }
    }
    if (framers > 1) return broken("several framing fields");
    if (out_.chunked && version == "HTTP/1.0") return broken("chunked in HTTP/1.0");
    return out_.headFramed = true;
  }

  // An answer, as it comes, may tell its length several times.
  bool takeLengths(std::string value, std::size_t& framers) {
    for (value += lenient_ ? "," : "\n"; !value.empty();) {
      const std::size_t end = value.find(lenient_ ? ',' : '\n');
      const std::string_view item(value.data(), end);
      const auto length = number(lenient_ ? trimmed(item) : item, 10, INT64_MAX);
      if (!length) return broken("a bad Content-Length");
      if (!lenient_ || length_ != trimmed(item)) ++framers;
      length_ = trimmed(item);
      out_.length = length;
      value.erase(0, end + 1);
    }
    return true;
  }

  void readLength(std::uint64_t length) {
    const auto has = static_cast<std::size_t>(std::min<std::uint64_t>(length, left_.size()));
    out_.content += left_.substr(0, has);
    left_.remove_prefix(has);
    if (has == length) out_.state = State::whole;
  }

  // chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF.
  bool readChunks() {
    for (;;) {
      const auto line = takeLine();
      if (!line) return false;
      if (!all(*line, isText)) return broken("a control in a chunk line");
      const std::size_t digits = std::min(line->find_first_of("; \t"), line->size());
      const auto size = number(line->substr(0, digits), 16, INT64_MAX);
      if (!size) return broken("a bad chunk size");
      if (!areExtensions(line->substr(digits))) return broken("junk behind a chunk size");
      if (*size == 0) break;
      const auto has = static_cast<std::size_t>(std::min<std::uint64_t>(*size, left_.size()));
      out_.content += left_.substr(0, has);
      left_.remove_prefix(has);
      const std::string_view end = left_.substr(0, 2);
      if (!std::string_view("\r\n").starts_with(end)) return broken("a chunk without its CRLF");
      if (end.size() < 2) return false;
      left_.remove_prefix(2);
    }
    if (!left_.starts_with("\r\n") && left_.find("\r\n\r\n") == std::string_view::npos) return false;
    if (!readTrailers()) return false;
    for (const auto& [name, value] : out_.trailers) {
      if (lenient_) break;  // they frame nothing there
      if (lower(name) == "content-length" || lower(name) == "transfer-encoding") return broken("framing in a trailer");
    }
    out_.state = State::whole;
    return true;
  }

  StrictMessage finish() {
    if (!out_.broken.empty()) out_.state = State::broken;
    out_.size = all_.size() - left_.size();
    return std::move(out_);
  }

  std::string_view all_;
  std::string_view left_;
  bool lenient_ = false;
  std::string length_;  // as it was written last
  StrictMessage out_;
};

}  // namespace

StrictMessage readRequestStrictly(std::string_view bytes, Writer writer) { return Reader(bytes).request(writer); }

StrictMessage readAnswerStrictly(std::string_view bytes, AnswerBody body, Writer writer) {
  return Reader(bytes).answer(body, writer);
}

StrictMessage readChunksStrictly(std::string_view bytes) { return Reader(bytes).chunks(); }

void takeEmptyLines(std::string_view& bytes) {
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
}

std::vector<StrictMessage> readConnectionStrictly(std::string_view bytes) {
  std::vector<StrictMessage> out;
  for (takeEmptyLines(bytes); !bytes.empty(); takeEmptyLines(bytes)) {
    out.push_back(readRequestStrictly(bytes, Writer::any));
    if (out.back().state != State::whole) break;
    bytes.remove_prefix(out.back().size);
  }
  return out;
}

}  // namespace megaphone::fuzz
