#include "recovery.h"

#include <set>
#include <string>
#include <vector>

#include "columns.h"
#include "megaphone/base/text.h"
#include "scan.h"
#include "syntax_error.h"

namespace megaphone::config {
namespace {

constexpr int kMostErrors = 30;                       // each costs reading the whole text again
constexpr std::size_t kMostRead = 2 << 20;            // bytes, by all readings together
constexpr std::string_view kUnread = "[[x-unread]]";  // a table of notes, whose keys are not checked

class LenientReader {
 public:
  LenientReader(std::string_view text, Report& report) : report_(report) {
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
    std::size_t bytes = 0;
    for (int errors = 0; errors < kMostErrors && bytes < kMostRead; ++errors) {
      const std::string text = joined(lines_, "\n");
      bytes += text.size();
      document = readDocument(text);
      if (document.root) return std::move(document.root);
      if (!recover(document)) break;
    }
    report_.error(document.error_span, document.error, "this is not TOML; nothing behind it has been looked at");
    return std::nullopt;
  }

 private:
  // Replaces lines so that the next reading gets further. Returns whether it can.
  bool recover(const Document& document) {
    const std::size_t number = document.error_span.begin.line - 1;
    if (number >= lines_.size()) return false;
    if (touched_.contains(number)) return again(number);
    const Open open = openAt(number, document.error);
    if (open.kind != Open::Kind::nothing) return close(open, number, document);
    if (document.too_deep) return leaveOut(number, document);
    if (document.error.find("redefine") != std::string::npos) return repeated(number, document);
    const auto error = findSyntaxError(lines_[number]);
    return error ? recoverFrom(number, *error) : leaveOut(number, document);
  }

  bool recoverFrom(std::size_t number, const SyntaxError& error) {
    report(number, error.offset, error.length, error.message, error.help);
    replace(number, error.meant);
    return true;
  }

  // Leaves a line out that is not TOML as it was probably meant either, or a repetition; at last everything behind it.
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
    report_.error(document.error_span, document.error,
                  document.too_deep ? "the line has been left out" : "this is not TOML; the line has been left out");
    report_.missesParts();
    replace(number, lines_[number].find('[') == lines_[number].find_first_not_of(" \t") ? std::string(kUnread) : "");
    return true;
  }

  bool repeated(std::size_t number, const Document& document) {
    const std::string_view header = headerOf(lines_[number]);
    if (const auto error = findSyntaxError(lines_[number]); error && error->meant.starts_with("[["))
      return recoverFrom(number, *error);
    const std::string_view name = header.empty() ? keyOf(lines_[number]) : header;
    for (std::size_t before = number; before-- > 0 && !name.empty();) {
      if ((header.empty() ? keyOf(lines_[before]) : headerOf(lines_[before])) != name) continue;
      const std::string what = header.empty() ? std::string(name) : concat("the section ", name);
      report(number, lines_[number].find(name), name.size(), what + " is set twice",
             concat("it is in line ", before + 1, " already; leave one of them out"));
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

  // Replaces an array or a text over several lines, up to its end or the next key or header.
  bool close(const Open& open, std::size_t number, const Document& document) {
    const bool text = open.kind == Open::Kind::text;
    const bool ends = !text && keyOf(lines_[number]).empty() && headerOf(lines_[number]).empty() &&
                      document.error.find("end-of-file") == std::string::npos;
    const std::string key(keyOf(lines_[open.line]));
    if (ends) {
      report_.error(
          document.error_span, concat("the list of ", key, " cannot be read here: ", document.error),
          document.too_deep ? "it has been left out" : "text must be quoted, and commas stand between the values");
    } else {
      report(open.line, open.offset, 1,
             key + (text ? ": the text that begins here has no end" : ": the list has no end"),
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

  // Returns the first line behind the array that begins in `first`; the next key ends it at the latest.
  std::size_t endOf(std::size_t first, std::size_t number) const {
    Scanner scanner;
    for (std::size_t i = first; i < lines_.size() && (i <= number || keyOf(lines_[i]).empty()); ++i) {
      scanner.line(lines_[i], i);
      if (scanner.open().kind == Open::Kind::nothing && i >= number) return i + 1;
    }
    return number + 1;
  }

  void report(std::size_t number, std::size_t offset, std::size_t length, std::string message, std::string help) {
    const std::string_view line = lines_[number];
    const auto column = [&](std::size_t at) {
      return static_cast<std::uint32_t>(columns::count(line.substr(0, std::min(at, line.size()))) + 1);
    };
    const auto row = static_cast<std::uint32_t>(number + 1);
    report_.error({{row, column(offset)}, {row, column(offset + length)}}, std::move(message), std::move(help));
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

// Reports what is wrong with the text as a whole. Returns whether that makes its lines meaningless.
bool isOtherText(std::string_view text, Report& report) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || text.substr(0, 4).find('\0') != text.npos) {
    report.error({}, "the file is not UTF-8 but UTF-16, as some editors call \"Unicode\"",
                 "save it with the encoding UTF-8");
    return true;
  }
  if (text.find('\n') != text.npos || text.find('\r') >= std::max<std::size_t>(text.size(), 1) - 1) return false;
  report.error({}, "the lines of the file end with a carriage return alone", "save it with the line ends of Unix (LF)");
  return true;
}

}  // namespace

std::optional<Node> readLeniently(std::string_view text, Report& report) {
  if (isOtherText(text, report)) return std::nullopt;
  return LenientReader(text, report).read();
}

}  // namespace megaphone::config
