#include "megaphone/record/packed_record.h"

#include <array>

namespace megaphone::record {

void unpackFields(const char* from, ExchangeRecord& record) {
  const auto get = [&from]<class Value>(Value& value) {
    std::memcpy(&value, from, sizeof value);
    from += sizeof value;
  };
  forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) {
      TextSize size = 0;
      get(size);
      field.in(record).resize(size);
    } else {
      get(field.in(record));
    }
  });
}

PackedRecord::PackedRecord(const ExchangeRecord& record) {
  std::array<char, kPackedFields> fields;
  const auto whole = [](const auto&, const std::string& text) { return static_cast<TextSize>(text.size()); };
  const std::size_t texts = packFields(record, fields.data(), whole);
  bytes_.reset(new char[kPackedFields + texts]);
  char* to = std::copy(fields.begin(), fields.end(), bytes_.get());
  forEachText(record, [&](const auto&, const std::string& text) { to = std::copy(text.begin(), text.end(), to); });
}

ExchangeRecord PackedRecord::unpacked() const {
  ExchangeRecord record;
  unpackFields(bytes_.get(), record);
  const char* from = bytes_.get() + kPackedFields;
  forEachText(record, [&](const auto&, std::string& text) {
    text.assign(from, text.size());
    from += text.size();
  });
  return record;
}

}  // namespace megaphone::record
