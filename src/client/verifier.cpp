#include "verifier.h"

#include <algorithm>
#include <cassert>

#include "megaphone/uppercase/uppercase.h"

namespace megaphone::client {

void Verifier::sent(std::string_view bytes) {
  assert(bytes.size() <= room());
  const std::size_t before = expected_.size();
  expected_ += bytes;
  uppercase::toUpper(std::span(expected_).subspan(before));
}

std::optional<Difference> Verifier::received(std::string_view bytes) {
  const std::string_view expected = std::string_view(expected_).substr(answered_);
  const std::size_t common = std::min(expected.size(), bytes.size());
  if (bytes.substr(0, common) != expected.substr(0, common)) {
    const auto wrong =
        std::mismatch(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(common), expected.begin());
    return differenceAt(static_cast<std::size_t>(wrong.first - bytes.begin()), bytes);
  }
  if (bytes.size() > common) return differenceAt(common, bytes);
  advance(common);
  return std::nullopt;
}

std::optional<Difference> Verifier::ended() const {
  return pending() == 0 ? std::nullopt : std::optional(differenceAt(0, {}));
}

void Verifier::advance(std::size_t bytes) {
  answered_ += bytes;
  position_ += bytes;
  // Cut off seldom, so that the rest is not moved for every small piece.
  if (answered_ < kWindow) return;
  const std::size_t kept = 2 * Difference::kRow;
  expected_.erase(0, answered_ - kept);
  answered_ = kept;
}

Difference Verifier::differenceAt(std::size_t right, std::string_view bytes) const {
  Difference result;
  result.offset = position_ + right;
  result.start = Difference::windowStart(result.offset);
  const std::uint64_t end = Difference::windowEnd(result.offset);
  const std::uint64_t held = position_ - answered_;  // the position of expected_'s first byte
  const auto cut = [&](std::string_view text, std::uint64_t position) {
    const std::uint64_t from = result.start > position ? result.start - position : 0;
    if (from >= text.size()) return std::string();
    return std::string(text.substr(from, end - std::max(position, result.start)));
  };
  result.expected = cut(expected_, held);
  result.received = cut(std::string_view(expected_).substr(0, answered_), held) + cut(bytes, position_);
  return result;
}

std::optional<Difference> compare(std::string_view question, std::string_view answer) {
  Verifier verifier;
  verifier.sent(question);
  if (auto difference = verifier.received(answer)) return difference;
  return verifier.ended();
}

}  // namespace megaphone::client
