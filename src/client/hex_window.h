// Difference and its hex window: the place where an answer is wrong, shown for people. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace megaphone::client {

struct Difference {
  static constexpr std::uint64_t kRow = 16;

  std::uint64_t offset = 0;  // of the first wrong byte
  // Both begin at `start` and are equal up to `offset`. One ends there where its side has no byte at all.
  std::uint64_t start = 0;
  std::string expected;
  std::string received;

  std::optional<char> expectedByte() const { return byteOf(expected); }
  std::optional<char> receivedByte() const { return byteOf(received); }
  // Return the begin and the end of a window around `offset`: whole rows, with one more on either side.
  static std::uint64_t windowStart(std::uint64_t offset) {
    const std::uint64_t row = offset / kRow * kRow;
    return row < kRow ? 0 : row - kRow;
  }
  static std::uint64_t windowEnd(std::uint64_t offset) { return offset / kRow * kRow + 2 * kRow; }

 private:
  std::optional<char> byteOf(const std::string& side) const {
    const std::uint64_t at = offset - start;
    return at < side.size() ? std::optional<char>(side[at]) : std::nullopt;
  }
};

// Returns rows of 16 bytes in hex and as text, those that differ as a pair: "-" is expected, "+" is received, a caret
// is under the first wrong byte. Each line ends with a line feed.
std::string hexWindow(const Difference& difference, bool colours);

}  // namespace megaphone::client
