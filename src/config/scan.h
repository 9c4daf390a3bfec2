// Scanner: follows which arrays and texts are open at the end of a line, and how deep values are nested, also in what
// is not TOML. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace megaphone::config {

// An array or a text that goes on behind the end of a line.
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
  // The most parts of a dotted key or header, and the most values around a value: the parser recurses for each.
  static constexpr std::size_t kDeepest = 16;

  const Open& open() const { return open_; }
  bool tooDeep() const { return too_deep_; }

  // Takes the next line, which has this number.
  void line(std::string_view text, std::size_t number);

 private:
  void begin(Open::Kind kind, std::size_t number, std::size_t at);
  void sign(char c, std::size_t number, std::size_t at);
  void count(char c, bool opens);
  std::size_t endOfText(std::string_view rest) const;

  Open open_;
  std::size_t assigned_ = static_cast<std::size_t>(-1);  // the line of the last '='
  std::size_t levels_ = 0;                               // arrays and inline tables that are open
  std::size_t dots_ = 0;                                 // of this key
  bool too_deep_ = false;
};

// Returns the number of the first line, counted from 0, in which something is nested too deep; npos for none.
std::size_t findTooDeep(std::string_view text);

}  // namespace megaphone::config
