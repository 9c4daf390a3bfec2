#include "megaphone/record/exchange_record.h"

#include <array>
#include <utility>

#include "megaphone/record/fields.h"

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
  forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) {
      constexpr std::size_t kKept = 512;
      std::string& text = field.in(*this);
      if (text.capacity() > kKept) return;
      text.clear();
      text.swap(field.in(fresh));
    }
  });
  std::swap(*this, fresh);  // an assignment would keep the memory of the long ones
}

}  // namespace megaphone::record
