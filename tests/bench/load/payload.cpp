#include "payload.h"

#include <algorithm>
#include <cstring>

namespace bench {
namespace {

char nextByte(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  const auto kind = (state >> 20) & 15;
  const auto value = (state >> 32) & 0xff;
  if (kind < 10) return static_cast<char>('a' + value % 26);
  if (kind < 12) return static_cast<char>('A' + value % 26);
  return static_cast<char>(value);
}

}  // namespace

Payload::Payload(bool upper) : bytes_(kPeriod + kSpan, '\0') {
  std::uint64_t state = 88172645463325252u;
  for (std::size_t i = 0; i < kPeriod; ++i) bytes_[i] = nextByte(state);
  for (std::size_t i = kPeriod; i < bytes_.size(); ++i) bytes_[i] = bytes_[i - kPeriod];
  if (!upper) return;
  for (char& c : bytes_) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
}

const Payload& Payload::plain() {
  static const Payload payload(false);
  return payload;
}

const Payload& Payload::upper() {
  static const Payload payload(true);
  return payload;
}

bool Payload::matches(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kSpan);
    if (std::memcmp(at(offset), bytes.data(), size) != 0) return false;
    offset += size;
    bytes.remove_prefix(size);
  }
  return true;
}

}  // namespace bench
