// LineSplitter: splits pieces of input into lines of bounded length.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace megaphone::client {

// REQUIRES: next() is called until it returns nothing before the next append(), so that no more is held than one
// unfinished line and one piece.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

  void append(std::string_view piece) { held_ += piece; }
  void end() { ended_ = true; }
  bool ended() const { return ended_; }

  // Returns the next line without its line feed. Text after the last line feed is a line once the input has ended.
  std::optional<std::string> next();
  // Returns whether the next line is longer than the limit, even if its end is not known yet.
  bool tooLong() const;
  std::size_t held() const { return held_.size(); }

 private:
  std::size_t limit_;
  std::string held_;
  bool ended_ = false;
};

}  // namespace megaphone::client
