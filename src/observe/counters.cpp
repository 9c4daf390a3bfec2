#include "megaphone/observe/counters.h"

namespace megaphone::observe {
namespace {

constexpr bool rowsAreInOrder() {
  for (std::size_t i = 0; i < kCounterRows.size(); ++i) {
    if (static_cast<std::size_t>(kCounterRows[i].count) != i) return false;
  }
  return true;
}
static_assert(rowsAreInOrder());

std::uint64_t read(const Counter& counter) { return counter.read(); }
std::uint64_t read(std::uint64_t number) { return number; }

template <class From>
void addAll(Totals& to, const From& from) {
  for (const CounterRow& row : kCounterRows) to[row.count] += read(from[row.count]);
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    to.ended(reason) += read(from.ended(reason));
  }
}

}  // namespace

void add(Totals& to, const Counters& from) { addAll(to, from); }
void add(Totals& to, const Totals& from) { addAll(to, from); }

}  // namespace megaphone::observe
