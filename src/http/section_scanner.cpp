#include "section_scanner.h"

#include <algorithm>
#include <cstring>

#include "megaphone/base/ascii.h"

namespace megaphone::http {
namespace {

constexpr std::uint8_t kMostEmptyLines = 4;
constexpr std::size_t kKeptStore = 1024;  // an idle connection holds no more than this

// Returns the length up to and including the first LF; the whole length if there is none.
std::size_t lineLength(std::string_view text) {
  const void* lf = text.empty() ? nullptr : std::memchr(text.data(), '\n', text.size());
  return lf ? static_cast<std::size_t>(static_cast<const char*>(lf) - text.data()) + 1 : text.size();
}

// Returns whether a field decides where a message ends, or which fields are hop-by-hop.
bool decidesFraming(std::string_view name) {
  for (const std::string_view known : {"Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Trailer"}) {
    if (ascii::equalsIgnoreCase(name, known)) return true;
  }
  return false;
}

std::string_view withoutBlanksBehind(std::string_view text) {
  while (!text.empty() && ascii::isBlank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

SectionScanner::Step SectionScanner::take(std::string_view& input) {
  if (!inParts()) {
    text_ = input;
    const Step step = scan();
    if (step == Step::whole) input.remove_prefix(scanned_);
    if (step != Step::need_data) return step;
    store_.assign(input);
    text_ = store_;
    input = {};
    return step;
  }
  while (!input.empty()) {
    // Takes one byte more than the limit, which is enough to refuse.
    const std::size_t most = begin_ + limits_.head + 1 - store_.size();
    const std::string_view piece = input.substr(0, lineLength(input.substr(0, most)));
    store_.append(piece);
    text_ = store_;
    input.remove_prefix(piece.size());
    const Step step = scan();
    if (step != Step::need_data) return step;
  }
  return Step::need_data;
}

SectionScanner::Step SectionScanner::scan() {
  while (scanned_ < text_.size()) {
    const std::size_t end = scanned_ + lineLength(text_.substr(scanned_));
    if (!checkLine(end)) return Step::refused;
    scanned_ = end;
    if (text_[end - 1] != '\n') break;
    const bool hasCr = end - lineBegin_ > 1 && text_[end - 2] == '\r';
    if (!checkLineEnd(hasCr)) return Step::refused;
    const Step step = lineEnded(end - (hasCr ? 2 : 1) - lineBegin_);
    if (step != Step::need_data) return step;
  }
  return Step::need_data;
}

bool SectionScanner::checkLine(std::size_t end) {
  const char first = text_[lineBegin_];
  begun_ = begun_ || first != '\r';
  const bool begins = scanned_ == lineBegin_;
  if (begins && !isStartLine() && ascii::isBlank(first) && !checkFold()) return false;
  const std::size_t room = limits_.head - (lineBegin_ - begin_);
  const bool lineIsShorter = isStartLine() && limits_.line + 2 <= room;
  const auto fault = guard_.check(text_.substr(scanned_, end - scanned_), lineIsShorter ? limits_.line + 2 : room);
  if (fault == LineGuard::Fault::none) return true;
  if (fault == LineGuard::Fault::bare_lf && ends_ != LineEnds::crlf) {
    guard_.reset();
    return true;
  }
  if (fault != LineGuard::Fault::too_long) {
    refuse(Problem::Kind::syntax, describeFault(fault, place()));
  } else if (lineIsShorter) {
    refuse(Problem::Kind::line_too_long, "the first line is longer than " + std::to_string(limits_.line) + " bytes");
  } else {
    refuse(Problem::Kind::section_too_large,
           std::string(shape_ == Shape::trailers ? "the trailer section" : "the head") + " is larger than " +
               std::to_string(limits_.head) + " bytes");
  }
  return false;
}

// Returns whether the line that begins with a blank may continue the one before it.
bool SectionScanner::checkFold() {
  if (fields_ == 0) {
    refuse(Problem::Kind::syntax, place() + " begins with a blank");
    return false;
  }
  const std::string_view field = text_.substr(fieldBegin_, lineBegin_ - fieldBegin_);
  const std::size_t colon = field.find(':');
  if (shape_ != Shape::response_head || colon == std::string_view::npos) {
    refuse(Problem::Kind::syntax, place() + " continues the line before it");
    return false;
  }
  if (!decidesFraming(withoutBlanksBehind(field.substr(0, colon)))) return true;
  refuse(Problem::Kind::syntax, place() + " continues a field that must not be continued");
  return false;
}

// Refuses CRLF after lines with a bare LF. Right after such a status line it may end the head, or that line.
bool SectionScanner::checkLineEnd(bool hasCr) {
  const bool emptyAtOnce = ends_ == LineEnds::open && !isStartLine() && scanned_ - lineBegin_ == 2;
  if (hasCr && (ends_ == LineEnds::lf || emptyAtOnce)) {
    refuse(Problem::Kind::syntax, place() + " ends with CRLF, and the one before it with a LF alone");
    return false;
  }
  loose_ = loose_ || !hasCr;
  if (hasCr || !isStartLine()) ends_ = hasCr ? LineEnds::crlf : LineEnds::lf;
  return true;
}

SectionScanner::Step SectionScanner::lineEnded(std::size_t size) {
  const std::string_view line = text_.substr(lineBegin_, size);
  const bool isStart = isStartLine();
  const std::size_t from = lineBegin_;
  lineBegin_ = scanned_;
  if (size == 0) {
    if (!isStart) return Step::whole;
    if (shape_ == Shape::response_head) return refuse(Problem::Kind::syntax, "the status line is empty");
    if (++skipped_ > kMostEmptyLines) return refuse(Problem::Kind::syntax, "there are too many empty lines");
    begin_ = scanned_;
    return Step::need_data;
  }
  if (!isStart && ascii::isBlank(line.front())) return foldEnded(line);
  ++lines_;
  if (isStart) {
    startLineSize_ = size;
    firstField_ = scanned_;
    return Step::start_line;
  }
  fieldBegin_ = from;
  if (++fields_ > limits_.fields) {
    return refuse(Problem::Kind::section_too_large,
                  "there are more than " + std::to_string(limits_.fields) + " field lines");
  }
  return Step::need_data;
}

// Some parsers take a line of blanks for the end of a head, and a fold that begins like a framing field for one.
SectionScanner::Step SectionScanner::foldEnded(std::string_view line) {
  const std::string_view text = ascii::trim(line);
  if (text.empty()) return refuse(Problem::Kind::syntax, place() + " has nothing but blanks");
  if (decidesFraming(withoutBlanksBehind(text.substr(0, std::min(text.find(':'), text.size()))))) {
    return refuse(Problem::Kind::syntax,
                  place() + " continues the line before it, or is a field with a blank before it");
  }
  ++lines_;
  loose_ = true;
  return Step::need_data;
}

std::string_view SectionScanner::fieldLines() const { return text_.substr(firstField_, scanned_ - firstField_); }

bool SectionScanner::mend() {
  std::string_view left = fieldLines();
  std::string mended(startLine());
  while (!left.empty()) {
    const std::size_t size = lineLength(left);
    std::string_view line = left.substr(0, size - (left.substr(0, size).ends_with("\r\n") ? 2 : 1));
    left.remove_prefix(size);
    const bool fold = !line.empty() && ascii::isBlank(line.front());
    mended += fold ? " " : "\r\n";
    if (fold) line = ascii::trim(line);
    const std::size_t colon = fold ? std::string_view::npos : line.find(':');
    if (colon != std::string_view::npos) {
      mended.append(withoutBlanksBehind(line.substr(0, colon)));
      line.remove_prefix(colon);
    }
    mended.append(withoutBlanksBehind(line));
  }
  mended += "\r\n";
  if (!loose_ && mended.size() == scanned_) return false;
  loose_ = false;
  store_ = std::move(mended);
  text_ = store_;
  scanned_ = store_.size();
  firstField_ = startLineSize_ + 2;
  return true;
}

void SectionScanner::reset() {
  begun_ = loose_ = false;
  ends_ = shape_ == Shape::response_head ? LineEnds::open : LineEnds::crlf;
  skipped_ = 0;
  guard_.reset();
  text_ = {};
  store_.clear();
  if (store_.capacity() > kKeptStore) store_.shrink_to_fit();
  begin_ = fieldBegin_ = lineBegin_ = scanned_ = startLineSize_ = firstField_ = lines_ = fields_ = 0;
}

SectionScanner::Step SectionScanner::refuse(Problem::Kind kind, std::string text) {
  problem_ = {kind, std::move(text)};
  return Step::refused;
}

std::string SectionScanner::place() const {
  return "line " + std::to_string(lines_ + 1) +
         (shape_ == Shape::trailers ? " of the trailer section" : " of the head");
}

}  // namespace megaphone::http
