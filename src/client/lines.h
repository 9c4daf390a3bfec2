// LineSplitter: splits pieces of input into lines of bounded length.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace megaphone::client {

// REQUIRES: next() is called until it gives nothing before the next append(), so that no more is held than one
// unfinished line and one piece.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

  void append(std::string_view piece) { held_ += piece; }
  void end() { ended_ = true; }
  bool ended() const { return ended_; }

  // The next line without its line feed. What stands behind the last line feed is a line once the input has ended.
  std::optional<std::string> next();
  // The line that begins here is longer than the limit, whether or not its end is known yet.
  bool tooLong() const;
  std::size_t held() const { return held_.size(); }

 private:
  std::size_t limit_;
  std::string held_;
  bool ended_ = false;
};

}  // namespace megaphone::client
