// Verifier: checks that an answer is exactly the capitals of the bytes sent, as both stream by. Pure.
//
// It keeps the bytes that are sent and not yet answered, at most a window of them: callers wait for answers before they
// send more. So its memory is constant, however long the stream is.
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

  // Returns how many bytes may be sent before further answers arrive.
  std::size_t room() const { return kWindow - pending(); }
  // Returns how many bytes are not answered yet.
  std::size_t pending() const { return expected_.size() - answered_; }
  // Returns how many bytes were right.
  std::uint64_t verified() const { return position_; }

  // REQUIRES: bytes.size() <= room().
  void sent(std::string_view bytes);
  // Takes the next piece of the answer; returns the first wrong byte, if there is one. The verifier then has ended.
  std::optional<Difference> received(std::string_view bytes);
  // Ends the answer; returns the first missing byte, if there is one.
  std::optional<Difference> ended() const;

 private:
  void advance(std::size_t bytes);
  Difference differenceAt(std::size_t right, std::string_view bytes) const;

  std::string expected_;      // the last rows that were right, and behind `answered_` what is still expected
  std::size_t answered_ = 0;  // bytes of expected_
  std::uint64_t position_ = 0;
};

// Compares a whole answer.
std::optional<Difference> compare(std::string_view question, std::string_view answer);

}  // namespace megaphone::client
