// PingQuestion: a message that carries its number and the time when it was sent. Pure.
//
// Digits, upper-case hex and most else pass an uppercase server unchanged, so that the tag in front comes back as it
// was: run (8 digits), number (12), time in nanoseconds (16), check (4). What follows is printable ASCII that differs
// from question to question and begins with a small letter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/mono_time.h"

namespace megaphone::client {

struct PingQuestion {
  static constexpr std::size_t kTag = 40;

  std::uint32_t run = 0;  // tells one run of the program from another
  std::uint64_t number = 0;
  MonoTime sent{};

  // Returns the message, of `size` bytes. REQUIRES: size >= kTag.
  std::string text(std::size_t size) const;
  // Reads the tag of an answer; returns nothing if it has none, or a damaged one.
  static std::optional<PingQuestion> of(std::string_view answer);
};

}  // namespace megaphone::client
