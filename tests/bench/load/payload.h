// Payload: what is sent and what must come back, known at every offset. Its period is a prime, so that lost or repeated
// blocks of a power-of-two size are noticed. All 256 byte values occur.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

class Payload {
 public:
  static constexpr std::size_t kPeriod = 65521;
  static constexpr std::size_t kSpan = std::size_t{1} << 18;  // so much is readable in one piece at every offset

  static const Payload& plain();
  static const Payload& upper();  // the same as an uppercase server answers it

  const char* at(std::uint64_t offset) const { return bytes_.data() + offset % kPeriod; }
  std::string_view view(std::uint64_t offset, std::size_t size) const { return {at(offset), size}; }
  bool matches(std::uint64_t offset, std::string_view bytes) const;

 private:
  explicit Payload(bool upper);
  std::string bytes_;
};

}  // namespace bench
