#include "line_guard.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace megaphone::http {
namespace {

constexpr bool isControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

// Sixteen bytes at once: every supported machine has such registers.
using Block [[gnu::vector_size(16)]] = std::uint8_t;

bool blockHasControl(const char* bytes) {
  Block block;
  std::memcpy(&block, bytes, sizeof block);
  const auto found = ((block < 0x20) & (block != '\t')) | (block == 0x7f);
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &found, sizeof found);
  return (halves[0] | halves[1]) != 0;
}

// In blocks, because every byte of every head passes here and nearly all are clean.
bool hasControl(std::string_view text) {
  if (text.size() < sizeof(Block)) return std::any_of(text.begin(), text.end(), isControl);
  for (std::size_t at = 0; at + sizeof(Block) < text.size(); at += sizeof(Block)) {
    if (blockHasControl(text.data() + at)) return true;
  }
  return blockHasControl(text.data() + text.size() - sizeof(Block));  // checks some bytes twice
}

LineGuard::Fault firstFault(std::string_view text) {
  for (const char c : text) {
    if (!isControl(c)) continue;
    return c == '\r' ? LineGuard::Fault::bare_cr : c == '\0' ? LineGuard::Fault::nul : LineGuard::Fault::control;
  }
  return LineGuard::Fault::none;
}

}  // namespace

LineGuard::Fault LineGuard::check(std::string_view piece, std::size_t allowed) {
  if (piece.empty()) return Fault::none;
  const bool tooLong = piece.size() > allowed - length_;
  std::string_view seen = piece.substr(0, allowed - length_);
  if (afterCr_ && !seen.empty() && seen.front() != '\n') return Fault::bare_cr;
  const bool ended = !tooLong && seen.back() == '\n';
  if (ended) seen.remove_suffix(1);
  const bool endsInCr = seen.empty() ? afterCr_ : seen.back() == '\r';
  if (endsInCr && !seen.empty()) seen.remove_suffix(1);
  if (hasControl(seen)) return firstFault(seen);
  if (tooLong) return Fault::too_long;
  if (ended && !endsInCr) return Fault::bare_lf;
  length_ = ended ? 0 : length_ + piece.size();
  afterCr_ = !ended && endsInCr;
  return Fault::none;
}

std::string describeFault(LineGuard::Fault fault, std::string_view where) {
  std::string text(where);
  switch (fault) {
    case LineGuard::Fault::none: break;
    case LineGuard::Fault::control: text += " has a control byte"; break;
    case LineGuard::Fault::nul: text += " has a NUL byte"; break;
    case LineGuard::Fault::bare_cr: text += " has a CR without a LF"; break;
    case LineGuard::Fault::bare_lf: text += " ends with a LF without a CR"; break;
    case LineGuard::Fault::too_long: text += " is too long"; break;
  }
  return text;
}

}  // namespace megaphone::http
