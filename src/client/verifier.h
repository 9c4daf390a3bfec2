// Verifier: whether an answer is exactly the capitals of what was sent, byte by byte while both go by. Pure.
//
// It holds what was sent and not yet answered, and never more than a window of it: who wants to send more waits for
// answers first. So the memory stays the same, however long the stream is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hex_window.h"

namespace megaphone::client {

class Verifier {
 public:
  static constexpr std::size_t kWindow = std::size_t{1} << 20;

  // How many bytes may be sent before more answers have come.
  std::size_t room() const { return kWindow - pending(); }
  // How many bytes still have to be answered.
  std::size_t pending() const { return expected_.size() - answered_; }
  // How many bytes were right.
  std::uint64_t verified() const { return position_; }

  // REQUIRES: bytes.size() <= room().
  void sent(std::string_view bytes);
  // The next piece of the answer; the first byte of it that is wrong, if there is one. After that the verifier is done.
  std::optional<Difference> received(std::string_view bytes);
  // The answer has ended; what is missing, if anything is.
  std::optional<Difference> ended() const;

 private:
  void advance(std::size_t bytes);
  Difference differenceAt(std::size_t right, std::string_view bytes) const;

  std::string expected_;      // the last rows that were right, and behind `answered_` what is still expected
  std::size_t answered_ = 0;  // bytes of expected_
  std::uint64_t position_ = 0;
};

// A whole answer at once.
std::optional<Difference> compare(std::string_view question, std::string_view answer);

}  // namespace megaphone::client
