#include "megaphone/record/exchange_record.h"

#include <array>
#include <utility>

namespace megaphone::record {

std::string_view word(Kind kind) {
  constexpr std::array<std::string_view, 4> kWords{"http", "connect", "tcp", "udp"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view word(Phase phase) {
  constexpr std::array<std::string_view, 7> kWords{"", "head", "connect", "upload", "answer", "body", "tunnel"};
  return kWords[static_cast<std::size_t>(phase)];
}

// Everything is set by a fresh record, so that a new field cannot be forgotten; only the strings' memory is carried
// over, unless it is much for a connection that may idle.
void ExchangeRecord::clear() {
  ExchangeRecord fresh;
  using R = ExchangeRecord;
  for (const auto field : {&R::listener, &R::method, &R::target, &R::referer, &R::user_agent, &R::detail}) {
    constexpr std::size_t kKept = 512;
    if ((this->*field).capacity() > kKept) continue;
    (this->*field).clear();
    (this->*field).swap(fresh.*field);
  }
  std::swap(*this, fresh);  // an assignment would keep the memory of the long ones
}

}  // namespace megaphone::record
