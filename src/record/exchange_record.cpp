#include "megaphone/record/exchange_record.h"

#include <array>
#include <utility>

namespace megaphone::record {

std::string_view word(Kind kind) {
  constexpr std::array<std::string_view, 4> kWords{"http", "connect", "tcp", "udp"};
  return kWords[static_cast<std::size_t>(kind)];
}

// Everything is set by a fresh record, so that a new field cannot be forgotten; only the strings' memory is carried
// over, unless it is much for a connection that may idle.
void ExchangeRecord::clear() {
  ExchangeRecord fresh;
  for (const auto field :
       {&ExchangeRecord::listener, &ExchangeRecord::method, &ExchangeRecord::target, &ExchangeRecord::detail}) {
    constexpr std::size_t kKept = 1024;
    if ((this->*field).capacity() > kKept) continue;
    (this->*field).clear();
    (this->*field).swap(fresh.*field);
  }
  *this = std::move(fresh);
}

}  // namespace megaphone::record
