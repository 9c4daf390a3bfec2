#include "hex_window.h"

#include <algorithm>
#include <string_view>

namespace megaphone::client {
namespace {

constexpr std::size_t kRow = Difference::kRow;
constexpr std::size_t kDigits = 12;           // of an offset: a stream may have many bytes
constexpr std::size_t kBefore = kDigits + 4;  // offset and mark
constexpr std::string_view kHex = "0123456789ABCDEF";

std::string offsetText(std::uint64_t offset) {
  std::string out(kDigits, '0');
  for (std::size_t i = kDigits; i-- > 0; offset /= 16) out[i] = kHex[offset % 16];
  return out;
}

std::string_view rowOf(const std::string& side, std::size_t begin) {
  return begin < side.size() ? std::string_view(side).substr(begin, kRow) : std::string_view();
}

class Painter {
 public:
  explicit Painter(bool colours) : colours_(colours) {}
  void open(std::string& out, std::string_view colour) const {
    if (colours_) out += colour;
  }
  void close(std::string& out) const {
    if (colours_) out += "\x1b[0m";
  }

 private:
  bool colours_;
};

// Returns one row, in which the bytes that differ from `other` are in `colour`.
std::string row(std::uint64_t offset, char mark, std::string_view bytes, std::string_view other,
                std::string_view colour, const Painter& painter) {
  std::string hex;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const bool wrong = i >= other.size() || other[i] != bytes[i];
    hex += ' ';
    for (std::string* out : {&hex, &text}) {
      if (wrong) painter.open(*out, colour);
      if (out == &hex) {
        hex += {kHex[byte >> 4], kHex[byte & 15]};
      } else {
        text += byte >= 0x20 && byte < 0x7f ? bytes[i] : '.';
      }
      if (wrong) painter.close(*out);
    }
  }
  hex.append((kRow - bytes.size()) * 3, ' ');
  return "  " + offsetText(offset) + ' ' + mark + hex + "  |" + text + "|\n";
}

}  // namespace

std::string hexWindow(const Difference& difference, bool colours) {
  const Painter painter(colours);
  std::string out;
  const std::size_t end = std::max(difference.expected.size(), difference.received.size());
  for (std::size_t at = 0; at < end; at += kRow) {
    const std::string_view expected = rowOf(difference.expected, at);
    const std::string_view received = rowOf(difference.received, at);
    const std::uint64_t offset = difference.start + at;
    if (expected == received) {
      out += row(offset, ' ', expected, received, {}, painter);
      continue;
    }
    out += row(offset, '-', expected, received, "\x1b[32m", painter);
    out += row(offset, '+', received, expected, "\x1b[31m", painter);
    if (difference.offset >= offset && difference.offset < offset + kRow) {
      out += std::string(kBefore + 1 + (difference.offset - offset) * 3, ' ') + "^^\n";
    }
  }
  return out;
}

}  // namespace megaphone::client
