#include "wire_text.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace megaphone::proxy::testing {
namespace {

struct Head {
  std::string_view startLine;
  std::size_t hosts = 0;
  bool hostFirst = false;
  bool upgrades = false;
  bool nominatesUpgrade = false;
  std::size_t framers = 0;
  bool chunked = false;
  std::optional<std::uint64_t> length;
};

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  WireText requests() {
    while (!left_.empty() && readHead() && checkRequest() && readBody(false)) ++out_.complete;
    return finish();
  }

  WireText answers(const std::vector<std::string>& methods, bool ended) {
    while (!left_.empty() && readHead()) {
      const std::string_view line = head_.startLine;
      const auto status = line.size() > 12 && line.starts_with("HTTP/1.1 ") ? number(line.substr(9, 3), 10)
                                                                            : std::optional<std::uint64_t>{};
      if (!status) return breakOff("bad status line: " + std::string(line));
      if (*status == 101) return changeOfProtocol();
      if (*status < 200) continue;
      const std::string method = out_.complete < methods.size() ? methods[out_.complete] : "?";
      const bool tunnel = method == "CONNECT" && *status < 300;
      if (tunnel || method == "HEAD" || *status == 204 || *status == 304) head_ = {};
      const bool untilClose = !tunnel && method != "HEAD" && *status != 204 && *status != 304;
      if (!readBody(untilClose)) break;
      if (out_.partial && ended) out_.partial = false;
      if (out_.partial) break;
      ++out_.complete;
    }
    return finish();
  }

 private:
  bool readHead() {
    const std::size_t end = left_.find("\r\n\r\n");
    if (end == std::string_view::npos) return stopShort();
    std::string_view lines = left_.substr(0, end + 2);
    out_.text += left_.substr(0, end + 4);
    left_.remove_prefix(end + 4);
    ++out_.heads;
    head_ = {};
    for (std::size_t i = 0; !lines.empty(); ++i) {
      const std::size_t crlf = lines.find("\r\n");
      const std::string_view line = lines.substr(0, crlf);
      lines.remove_prefix(crlf + 2);
      if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return fail("control in a head");
      if (i == 0)
        head_.startLine = line;
      else if (!readField(line, i == 1))
        return false;
    }
    if (head_.upgrades != head_.nominatesUpgrade) return fail("Upgrade without Connection, or the other way about");
    return true;
  }

  bool readField(std::string_view line, bool first) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || colon == 0) return fail("bad field line: " + std::string(line));
    std::string name(line.substr(0, colon));
    if (name.find_first_of(" \t:") != std::string::npos) return fail("bad field name: " + name);
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    const std::string_view value = line.substr(colon + 2);
    for (const std::string_view never : {"proxy-connection", "keep-alive", "te", "proxy-authorization"}) {
      if (name == never) return fail("hop-by-hop field: " + name);
    }
    head_.upgrades |= name == "upgrade";
    head_.nominatesUpgrade |= name == "connection" && value == "Upgrade";
    if (name == "host") {
      ++head_.hosts;
      head_.hostFirst = first;
    } else if (name == "transfer-encoding") {
      ++head_.framers;
      if (value != "chunked") return fail("bad transfer coding");
      head_.chunked = true;
    } else if (name == "content-length") {
      ++head_.framers;
      if (!(head_.length = number(value, 10))) return fail("bad length");
    }
    return true;
  }

  bool checkRequest() {
    const std::string_view line = head_.startLine;
    const std::size_t one = line.find(' ');
    const std::size_t two = line.rfind(' ');
    if (one == 0 || one == two || one == std::string_view::npos) return fail("bad request line: " + std::string(line));
    const std::string_view target = line.substr(one + 1, two - one - 1);
    if (target != "*" && !target.starts_with("/")) return fail("not origin-form: " + std::string(line));
    if (target.find_first_of(" \t#") != std::string_view::npos) return fail("bad target: " + std::string(line));
    if (line.substr(two + 1) != "HTTP/1.1") return fail("bad version: " + std::string(line));
    if (head_.hosts != 1 || !head_.hostFirst) return fail("not one Host in front");
    if (head_.framers > 1) return fail("more than one framing field");
    return true;
  }

  bool readBody(bool untilClose) {
    if (head_.framers > 1) return fail("more than one framing field");
    if (head_.chunked) return readChunks();
    if (head_.length) {
      const bool whole = left_.size() >= *head_.length;
      const std::string_view body = whole ? left_.substr(0, static_cast<std::size_t>(*head_.length)) : left_;
      out_.text += body;
      left_.remove_prefix(body.size());
      if (!whole) out_.partial = true;
      return whole;
    }
    if (!untilClose) return true;
    out_.text += left_;
    left_ = {};
    out_.partial = true;
    return true;
  }

  bool readChunks() {
    std::string body;
    const auto writeChunk = [&] {
      if (body.empty()) return;
      char size[17];
      out_.text.append(size, std::to_chars(size, size + 16, body.size(), 16).ptr);
      out_.text += "\r\n" + body + "\r\n";
    };
    for (;;) {
      const std::size_t crlf = left_.find("\r\n");
      if (crlf == std::string_view::npos) return writeChunk(), stopShort();
      const auto size = number(left_.substr(0, crlf), 16);
      if (!size) return fail("bad chunk size: " + std::string(left_.substr(0, crlf)));
      if (*size == 0) break;
      left_.remove_prefix(crlf + 2);
      if (left_.size() < *size + 2) {
        body += left_.substr(0, static_cast<std::size_t>(*size));
        left_ = {};
        return writeChunk(), stopShort();
      }
      body += left_.substr(0, static_cast<std::size_t>(*size));
      left_.remove_prefix(static_cast<std::size_t>(*size));
      if (!left_.starts_with("\r\n")) return fail("a chunk without its end");
      left_.remove_prefix(2);
    }
    writeChunk();
    const std::size_t end = left_.find("\r\n\r\n");
    if (end == std::string_view::npos) return stopShort();
    out_.text += left_.substr(0, end + 4);
    left_.remove_prefix(end + 4);
    return true;
  }

  // All that follows is no HTTP.
  WireText changeOfProtocol() {
    if (!head_.upgrades) fail("101 without Upgrade");
    out_.text += left_;
    left_ = {};
    ++out_.complete;
    return finish();
  }

  bool stopShort() {
    out_.text += left_;
    left_ = {};
    out_.partial = true;
    return false;
  }
  bool fail(std::string what) {
    out_.broken = std::move(what);
    return false;
  }
  WireText breakOff(std::string what) {
    fail(std::move(what));
    return finish();
  }
  WireText finish() {
    if (!left_.empty() && out_.broken.empty()) out_.broken = "bytes that belong to nothing";
    out_.text += left_;
    return out_;
  }

  std::string_view left_;
  Head head_;
  WireText out_;
};

}  // namespace

WireText readRequestsStrictly(std::string_view bytes) { return Reader(bytes).requests(); }

WireText readAnswersStrictly(std::string_view bytes, const std::vector<std::string>& methods, bool ended) {
  return Reader(bytes).answers(methods, ended);
}

}  // namespace megaphone::proxy::testing
