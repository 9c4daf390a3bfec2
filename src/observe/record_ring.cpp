#include <algorithm>
#include <array>

#include "megaphone/record/packed_record.h"
#include "record_ring_inside.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;

constexpr std::string_view kCutMark = "...";

constexpr std::size_t kMostText = [] {
  std::size_t size = 0;
  record::forEachField([&](auto row) { size += row.field.most; });
  return size;
}();

using Fields = std::array<char, record::kPackedFields>;

template <class Field>
record::TextSize sizeInRing(const Field& field, const std::string& text) {
  return static_cast<record::TextSize>(std::min<std::size_t>(text.size(), field.most));
}

}  // namespace

RecordRing::Inside::Inside(std::size_t wanted) : ByteRing(std::max(wanted, kMinBytes)) {
  static_assert(record::kPackedFields + kMostText <= kMinBytes);
}

bool RecordRing::Inside::push(const ExchangeRecord& record) {
  Fields fields;
  const auto kept = [](const auto& field, const std::string& text) { return sizeInRing(field, text); };
  const std::size_t texts = record::packFields(record, fields.data(), kept);
  if (!makeRoom(fields.size() + texts)) return false;

  std::uint64_t at = pushed();
  put(at, fields.data(), fields.size());
  at += fields.size();
  record::forEachText(record, [&](const auto& field, const std::string& text) {
    const std::size_t size = sizeInRing(field, text);
    put(at, text.data(), size);
    at += size;
    if (size < text.size()) put(at - kCutMark.size(), kCutMark.data(), kCutMark.size());
  });
  publish(at);
  return true;
}

bool RecordRing::Inside::pop(ExchangeRecord& record) {
  if (empty()) return false;
  std::uint64_t at = popped();
  Fields fields;
  get(at, fields.data(), fields.size());
  at += fields.size();
  record::unpackFields(fields.data(), record);
  record::forEachText(record, [&](const auto&, std::string& text) {
    get(at, text.data(), text.size());
    at += text.size();
  });
  release(at);
  return true;
}

RecordRing::RecordRing(std::size_t bytes) : inside_(std::make_unique<Inside>(bytes)) {}
RecordRing::~RecordRing() = default;

void RecordRing::push(const ExchangeRecord& record) {
  Inside& ring = *inside_;
  if (ring.swallows.load(std::memory_order_relaxed)) return;
  const bool taken = ring.push(record);
  if (!taken) ring.dropped.store(ring.dropped.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (ring.wake) ring.wake->onPush(!taken || ring.fillingUp());
}

std::uint64_t RecordRing::dropped() const { return inside_->dropped.load(std::memory_order_relaxed); }

}  // namespace megaphone::observe
