#include "megaphone/observe/json_line.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/base/utf8.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;
using record::Kind;

// \u00XX for the byte: control characters as JSON wants them, and bytes that are no UTF-8 as the only thing JSON
// allows.
void appendEscapedByte(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

// Whether the byte stands for itself in JSON: printable ASCII but the quote and the backslash.
constexpr bool isPlain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

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

// A member's name as it stands behind the member before: ,"name":
class Name {
 public:
  template <std::size_t N>
  consteval Name(const char (&name)[N]) {
    static_assert(N + 3 <= sizeof text_);
    text_[size_++] = ',';
    text_[size_++] = '"';
    for (std::size_t i = 0; i + 1 < N; ++i) text_[size_++] = name[i];
    text_[size_++] = '"';
    text_[size_++] = ':';
  }
  constexpr std::string_view view() const { return {text_, size_}; }

 private:
  char text_[24] = {};
  std::size_t size_ = 0;
};

// Writes the members of one object.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  ~Members() { out_ += '}'; }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  std::string& key(const Name& name) {
    out_ += name.view().substr(first_ ? 1 : 0);
    first_ = false;
    return out_;
  }
  void number(const Name& name, std::uint64_t value) { ascii::appendDecimal(key(name), value); }
  void text(const Name& name, std::string_view value) {
    appendEscaped(key(name) += '"', value);
    out_ += '"';
  }
  void textIfAny(const Name& name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void phase(const Name& name, Duration duration) {
    if (duration < Duration::zero()) return;
    const auto us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
    number(name, us / 1000);
    out_ += '.';
    ascii::appendPadded(out_, us % 1000, 3);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void appendTime(std::string& out, WallTime time) {
  const auto us = std::chrono::floor<std::chrono::microseconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(us);
  const std::chrono::year_month_day date(day);
  const auto in_day = static_cast<std::uint64_t>((us - day).count());
  const std::uint64_t seconds = in_day / 1'000'000;
  out += '"';
  ascii::appendPadded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  ascii::appendPadded(out += '-', static_cast<unsigned>(date.month()), 2);
  ascii::appendPadded(out += '-', static_cast<unsigned>(date.day()), 2);
  ascii::appendPadded(out += 'T', seconds / 3600, 2);
  ascii::appendPadded(out += ':', seconds / 60 % 60, 2);
  ascii::appendPadded(out += ':', seconds % 60, 2);
  ascii::appendPadded(out += '.', in_day % 1'000'000, 6);
  out += "Z\"";
}

// The target without user information, and without its query unless that is wanted. `cut` tells of the latter.
struct Target {
  std::string_view before;  // scheme and "://"
  std::string_view after;   // from the host on
  bool cut = false;
};

Target shown(std::string_view target, bool query_strings) {
  Target out;
  const std::size_t delimiter = target.find_first_of("/?#");
  const bool absolute = delimiter != std::string_view::npos && delimiter > 0 && target[delimiter - 1] == ':' &&
                        target.substr(delimiter, 2) == "//";
  const std::size_t host = absolute ? delimiter + 2 : 0;
  out.before = target.substr(0, host);
  out.after = target.substr(host);
  // What is no URL was refused, and may hide user information anywhere before its query.
  const std::size_t at = out.after.substr(0, out.after.find_first_of(absolute ? "/?#" : "?#")).rfind('@');
  if (at != std::string_view::npos) out.after.remove_prefix(at + 1);
  const std::size_t query = out.after.find('?');
  out.cut = !query_strings && query != std::string_view::npos;
  if (out.cut) out.after = out.after.substr(0, query);
  return out;
}

void appendTarget(std::string& out, std::string_view target, bool query_strings) {
  const Target parts = shown(target, query_strings);
  out += '"';
  appendEscaped(out, parts.before);
  appendEscaped(out, parts.after);
  out += parts.cut ? "?-\"" : "\"";
}

void requestMembers(Members& members, const ExchangeRecord& record, const JsonLineOptions& options) {
  members.textIfAny("method", record.method);
  if (!record.target.empty()) appendTarget(members.key("target"), record.target, options.query_strings);
  if (record.status > 0) members.number("status", static_cast<std::uint64_t>(record.status));
}

void originMembers(Members& members, const ExchangeRecord& record) {
  if (record.origin) {
    members.text("origin", record.origin->text());
    members.key("reused") += record.origin_reused ? "true" : "false";
  }
  if (record.client_request != 0) members.number("client_request", record.client_request);
  members.phase("ms_head", record.head);
  members.phase("ms_resolve", record.resolve);
  members.phase("ms_connect", record.connect);
  members.phase("ms_first_byte", record.first_byte);
}

void endMembers(Members& members, const ExchangeRecord& record) {
  members.phase("ms_total", record.total);
  if (record.reason != Reason::none) {
    members.text("reason", word(record.reason));
    members.text("ended_by", word(record.ended_by));
  }
  members.text("end", record.reason == Reason::none ? "complete" : word(record.reason));
  members.textIfAny("detail", record.detail);
}

void members(std::string& out, const ExchangeRecord& record, const JsonLineOptions& options) {
  const bool http = record.kind == Kind::http || record.kind == Kind::connect;
  Members members(out);
  appendTime(members.key("time"), record.began);
  members.number("id", record.id);
  members.text("listener", record.listener);
  members.text("kind", word(record.kind));
  if (record.client != Endpoint{}) members.text("client", record.client.text());
  if (http) requestMembers(members, record, options);
  members.number("client_in", record.client_in);
  members.number("client_out", record.client_out);
  if (http) {
    members.number("origin_in", record.origin_in);
    members.number("origin_out", record.origin_out);
    originMembers(members, record);
  }
  if (record.kind == Kind::uppercase_udp) {
    members.number("datagrams_in", record.datagrams_in);
    members.number("datagrams_out", record.datagrams_out);
  }
  endMembers(members, record);
}

}  // namespace

void appendJsonLine(std::string& out, const ExchangeRecord& record, const JsonLineOptions& options) {
  members(out, record, options);
  out += '\n';
}

}  // namespace megaphone::observe
