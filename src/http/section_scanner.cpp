#include "section_scanner.h"

#include <algorithm>
#include <cstring>

#include "megaphone/base/ascii.h"

namespace megaphone::http {
namespace {

constexpr std::uint8_t kMostEmptyLines = 4;
constexpr std::size_t kKeptStore = 4096;  // an idle connection holds no more than this

// The length up to and including the first LF; all of it where there is none.
std::size_t lineLength(std::string_view text) {
  const void* lf = text.empty() ? nullptr : std::memchr(text.data(), '\n', text.size());
  return lf ? static_cast<std::size_t>(static_cast<const char*>(lf) - text.data()) + 1 : text.size();
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
    // No more than decides: one byte beyond the limit is refused.
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
    const Step step = lineEnded(end - 2 - lineBegin_);
    if (step != Step::need_data) return step;
  }
  return Step::need_data;
}

bool SectionScanner::checkLine(std::size_t end) {
  const bool isStartLine = lines_ == 0 && shape_ != Shape::trailers;
  const char first = text_[lineBegin_];
  begun_ = begun_ || first != '\r';
  if (!isStartLine && ascii::isBlank(first)) {
    const bool fold = lines_ > (shape_ == Shape::trailers ? 0U : 1U);
    refuse(Problem::Kind::syntax, place() + (fold ? " continues the line before it" : " begins with a blank"));
    return false;
  }
  const std::size_t room = limits_.head - (lineBegin_ - begin_);
  const bool lineIsShorter = isStartLine && limits_.line + 2 <= room;
  const auto fault = guard_.check(text_.substr(scanned_, end - scanned_), lineIsShorter ? limits_.line + 2 : room);
  if (fault == LineGuard::Fault::none) return true;
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

SectionScanner::Step SectionScanner::lineEnded(std::size_t size) {
  const bool isStartLine = lines_ == 0 && shape_ != Shape::trailers;
  lineBegin_ = scanned_;
  if (size == 0) {
    if (!isStartLine) return Step::whole;
    if (shape_ == Shape::response_head) return refuse(Problem::Kind::syntax, "the status line is empty");
    if (++skipped_ > kMostEmptyLines) return refuse(Problem::Kind::syntax, "there are too many empty lines");
    begin_ = scanned_;
    return Step::need_data;
  }
  ++lines_;
  if (isStartLine) {
    startLineSize_ = size;
    return Step::start_line;
  }
  if (lines_ - (shape_ == Shape::trailers ? 0 : 1) > limits_.fields) {
    return refuse(Problem::Kind::section_too_large,
                  "there are more than " + std::to_string(limits_.fields) + " field lines");
  }
  return Step::need_data;
}

std::string_view SectionScanner::fieldLines() const {
  const std::size_t from = shape_ == Shape::trailers ? begin_ : begin_ + startLineSize_ + 2;
  return text_.substr(from, scanned_ - from);
}

bool SectionScanner::tidy(bool closeNames) {
  std::string_view left = fieldLines();
  std::string tidied(text_.substr(0, scanned_ - left.size()));
  while (!left.empty()) {
    const std::string_view line = left.substr(0, lineLength(left) - 2);
    left.remove_prefix(line.size() + 2);
    const std::size_t colon = closeNames ? line.find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) {
      tidied.append(withoutBlanksBehind(line));
    } else {
      tidied.append(withoutBlanksBehind(line.substr(0, colon))).append(withoutBlanksBehind(line.substr(colon)));
    }
    tidied.append("\r\n");
  }
  if (tidied.size() == scanned_) return false;
  store_ = std::move(tidied);
  text_ = store_;
  scanned_ = store_.size();
  return true;
}

void SectionScanner::reset() {
  begun_ = false;
  skipped_ = 0;
  guard_.reset();
  text_ = {};
  store_.clear();
  if (store_.capacity() > kKeptStore) store_.shrink_to_fit();
  begin_ = lineBegin_ = scanned_ = startLineSize_ = lines_ = 0;
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
