// PackedRecord: an ExchangeRecord at rest, in one block of memory of half the size; and how a record is packed: its
// fields but for the texts, without gaps, in the order of the table, then the texts. Pure.
//
// `counted` and `detail_is_inner`, which are in no table, are not packed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "megaphone/record/fields.h"

namespace megaphone::record {

using TextSize = std::uint32_t;  // in place of a text

// The bytes of all fields but the texts.
inline constexpr std::size_t kPackedFields = [] {
  std::size_t size = 0;
  forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    size += field.kIsText ? sizeof(TextSize) : field.kSize;
  });
  return size;
}();

// Calls visit(field, text) for each text.
template <class Record, class Visit>
void forEachText(Record& record, Visit&& visit) {
  forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) visit(field, field.in(record));
  });
}

// Writes kPackedFields bytes. `sizeOf(field, text)`: how much of a text will stand behind them. Returns the sum of
// these.
template <class SizeOf>
std::size_t packFields(const ExchangeRecord& record, char* to, SizeOf&& sizeOf) {
  std::size_t texts = 0;
  const auto put = [&to]<class Value>(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    std::memcpy(to, &value, sizeof value);
    to += sizeof value;
  };
  forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) {
      const TextSize size = sizeOf(field, field.in(record));
      texts += size;
      put(size);
    } else {
      put(field.in(record));
    }
  });
  return texts;
}

// Reads what packFields() has written. The texts have their sizes then, and no content yet.
void unpackFields(const char* from, ExchangeRecord& record);

class PackedRecord {
 public:
  explicit PackedRecord(const ExchangeRecord& record);
  ExchangeRecord unpacked() const;

 private:
  std::unique_ptr<char[]> bytes_;
};

}  // namespace megaphone::record
