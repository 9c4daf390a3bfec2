#include "megaphone/record/exchange_id.h"

#include "id_text.h"
#include "megaphone/base/ascii.h"

namespace megaphone::record {
namespace {

constexpr unsigned kNumberBits = 36;
constexpr unsigned kLoopBits = 8;
constexpr unsigned kStartBits = 20;
constexpr unsigned kDigitBits = 5;

constexpr std::uint64_t lowest(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }

}  // namespace

ExchangeId idBeforeFirst(WallTime start, unsigned loop) {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 64>>;
  const auto time = std::chrono::duration_cast<Ticks>(start.time_since_epoch()).count();
  const std::uint64_t tag = static_cast<std::uint64_t>(time) & lowest(kStartBits);
  return ((tag << kLoopBits) | (loop & lowest(kLoopBits))) << kNumberBits;
}

void appendIdText(std::string& out, std::uint64_t id, std::string_view mark) {
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";  // none that is read for another one
  const std::uint64_t tag = id >> (kNumberBits + kLoopBits);
  for (unsigned shift = kStartBits; shift > 0; shift -= kDigitBits) {
    out += kDigits[(tag >> (shift - kDigitBits)) & lowest(kDigitBits)];
  }
  ascii::appendDecimal(out += '-', (id >> kNumberBits) & lowest(kLoopBits));
  out.append("-").append(mark);
  ascii::appendDecimal(out, id & lowest(kNumberBits));
}

void appendId(std::string& out, ExchangeId id) { appendIdText(out, id, {}); }

std::string idText(ExchangeId id) {
  std::string out;
  appendId(out, id);
  return out;
}

}  // namespace megaphone::record
