#include "mend.h"

#include <set>
#include <string>
#include <vector>

#include "columns.h"
#include "slip.h"

namespace megaphone::config {
namespace {

constexpr int kMostSlips = 30;                        // each costs a whole reading
constexpr std::string_view kUnread = "[[x-unread]]";  // whose keys nobody looks at

// What is still open where a line begins or ends: an array or a text that goes over several lines.
struct Open {
  enum class Kind : std::uint8_t { nothing, array, text };

  Kind kind = Kind::nothing;
  std::size_t depth = 0;
  std::size_t line = 0;    // where it began
  std::size_t offset = 0;  // in that line
  std::string_view quotes;
};

class Scanner {
 public:
  const Open& open() const { return open_; }

  void line(std::string_view text, std::size_t number) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::string_view rest = text.substr(at);
      if (open_.kind == Open::Kind::text) {
        const std::size_t end = rest.find(open_.quotes);
        if (end == std::string_view::npos) return;
        at += end + open_.quotes.size() - 1;
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
        bracket(rest[0], number, at);
      }
    }
  }

 private:
  void begin(Open::Kind kind, std::size_t number, std::size_t at) {
    if (open_.depth == 0) open_ = {kind, 0, number, at, {}};
    open_.kind = kind;
  }

  // Only behind a '=' a bracket opens an array: others are headers.
  void bracket(char c, std::size_t number, std::size_t at) {
    if (c == '=') assigned_ = number;
    if (c == '[' && (open_.depth > 0 || assigned_ == number)) {
      begin(Open::Kind::array, number, at);
      ++open_.depth;
    }
    if (c == ']' && open_.depth > 0 && --open_.depth == 0) open_.kind = Open::Kind::nothing;
  }

  // The bytes of a text in one line behind its first quote.
  static std::size_t skipText(std::string_view rest) {
    std::size_t end = 1;
    while (end < rest.size() && rest[end] != rest[0]) end += rest[end] == '\\' && rest[0] == '"' ? 2u : 1u;
    return std::min(end, rest.size() - 1);
  }

  Open open_;
  std::size_t assigned_ = static_cast<std::size_t>(-1);
};

class Mender {
 public:
  Mender(std::string_view text, Report& report) : report_(report) {
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.emplace_back(text.substr(0, end));
      if (lines_.back().ends_with('\r')) lines_.back().pop_back();
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  std::optional<Node> read() {
    Document document;
    for (int slips = 0; slips < kMostSlips; ++slips) {
      document = readDocument(joined());
      if (document.root) return std::move(document.root);
      if (!mend(document)) break;
    }
    report_.add(document.error_span, document.error, "this is not TOML; nothing behind it has been looked at");
    return std::nullopt;
  }

 private:
  std::string joined() const {
    std::string out;
    for (const std::string& line : lines_) out.append(&line == &lines_.front() ? "" : "\n").append(line);
    return out;
  }

  // Makes the next reading go further. False: it cannot.
  bool mend(const Document& document) {
    const std::size_t number = document.error_span.begin.line - 1;
    if (number >= lines_.size()) return false;
    if (touched_.contains(number)) return again(number);
    const Open open = openAt(number, document.error);
    if (open.kind != Open::Kind::nothing) return close(open, number, document);
    if (document.error.find("redefine") != std::string::npos) return repeated(number, document);
    const auto slip = findSlip(lines_[number]);
    return slip ? mendSlip(number, *slip) : leaveOut(number, document);
  }

  bool mendSlip(std::size_t number, const Slip& slip) {
    tell(number, slip.offset, slip.length, slip.message, slip.help);
    replace(number, slip.meant);
    return true;
  }

  // What was meant is not TOML either, or a repetition: it is left out, and at last everything behind it.
  bool again(std::size_t number) {
    report_.missesParts();
    if (lines_[number].empty() || lines_[number] == kUnread) {
      lines_.resize(number);
      return !lines_.empty();
    }
    replace(number, headerOf(lines_[number]).empty() ? "" : std::string(kUnread));
    return true;
  }

  bool leaveOut(std::size_t number, const Document& document) {
    report_.add(document.error_span, document.error, "this is not TOML; the line has been left out");
    report_.missesParts();
    replace(number, lines_[number].find('[') == lines_[number].find_first_not_of(" \t") ? std::string(kUnread) : "");
    return true;
  }

  bool repeated(std::size_t number, const Document& document) {
    const std::string_view header = headerOf(lines_[number]);
    if (const auto slip = findSlip(lines_[number]); slip && slip->meant.starts_with("[["))
      return mendSlip(number, *slip);
    const std::string_view name = header.empty() ? keyOf(lines_[number]) : header;
    for (std::size_t before = number; before-- > 0 && !name.empty();) {
      if ((header.empty() ? keyOf(lines_[before]) : headerOf(lines_[before])) != name) continue;
      const std::string what = header.empty() ? std::string(name) : "the section " + std::string(name);
      tell(number, lines_[number].find(name), name.size(), what + " stands here a second time",
           "it stands in line " + std::to_string(before + 1) + " already; leave one of them out");
      replace(number, header.empty() ? "" : std::string(kUnread));
      return true;
    }
    return leaveOut(number, document);
  }

  Open openAt(std::size_t number, std::string_view error) const {
    Scanner scanner;
    for (std::size_t i = 0; i < number; ++i) scanner.line(lines_[i], i);
    if (scanner.open().kind != Open::Kind::nothing || error.find("end-of-file") == std::string_view::npos)
      return scanner.open();
    scanner.line(lines_[number], number);
    return scanner.open();
  }

  // An array or a text over several lines: it ends in front of the next key or header, or where its bracket is.
  bool close(const Open& open, std::size_t number, const Document& document) {
    const bool text = open.kind == Open::Kind::text;
    const bool ends = !text && keyOf(lines_[number]).empty() && headerOf(lines_[number]).empty() &&
                      document.error.find("end-of-file") == std::string::npos;
    const std::string key(keyOf(lines_[open.line]));
    if (ends) {
      report_.add(document.error_span, "the list of " + key + " cannot be read here: " + document.error,
                  "texts stand in quotes, and commas between the values");
    } else {
      tell(open.line, open.offset, 1, key + (text ? ": the text that begins here has no end" : ": the list has no end"),
           text ? "close it with three quotes" : "close it with ] behind its last value");
    }
    const std::size_t behind = ends ? endOf(open.line, number) : nextKey(open.line + 1);
    replace(open.line, key + " = []");
    for (std::size_t i = open.line + 1; i < behind; ++i) replace(i, "");
    return true;
  }

  std::size_t nextKey(std::size_t from) const {
    while (from < lines_.size() && keyOf(lines_[from]).empty() && headerOf(lines_[from]).empty()) ++from;
    return from;
  }

  // The first line behind the array that begins in `first`, where a key follows at the latest.
  std::size_t endOf(std::size_t first, std::size_t number) const {
    Scanner scanner;
    for (std::size_t i = first; i < lines_.size() && (i <= number || keyOf(lines_[i]).empty()); ++i) {
      scanner.line(lines_[i], i);
      if (scanner.open().kind == Open::Kind::nothing && i >= number) return i + 1;
    }
    return number + 1;
  }

  void tell(std::size_t number, std::size_t offset, std::size_t length, std::string message, std::string help) {
    const std::string_view line = lines_[number];
    const auto column = [&](std::size_t at) {
      return static_cast<std::uint32_t>(columns::count(line.substr(0, std::min(at, line.size()))) + 1);
    };
    const auto row = static_cast<std::uint32_t>(number + 1);
    report_.add({{row, column(offset)}, {row, column(offset + length)}}, std::move(message), std::move(help));
  }

  void replace(std::size_t number, std::string with) {
    lines_[number] = std::move(with);
    touched_.insert(number);
    report_.silence(static_cast<std::uint32_t>(number + 1));
  }

  Report& report_;
  std::vector<std::string> lines_;
  std::set<std::size_t> touched_;
};

}  // namespace

std::optional<Node> readMending(std::string_view text, Report& report) { return Mender(text, report).read(); }

}  // namespace megaphone::config
