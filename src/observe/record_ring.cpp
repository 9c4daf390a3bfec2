#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "megaphone/record/fields.h"
#include "record_ring_inside.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;

constexpr std::string_view kCutMark = "...";

// What a record is in the ring: its fields but for the texts, and the sizes of these; then the texts. All in the order
// of the table, without gaps.
constexpr std::size_t kPlain = [] {
  std::size_t size = 0;
  record::forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    size += field.kIsText ? sizeof(std::uint16_t) : field.kSize;
  });
  return size;
}();

constexpr std::size_t kMostText = [] {
  std::size_t size = 0;
  record::forEachField([&](auto row) { size += row.field.most; });
  return size;
}();

using Plain = std::array<char, kPlain>;

template <class Value>
void pack(char*& at, const Value& value) {
  static_assert(std::is_trivially_copyable_v<Value>);
  std::memcpy(at, &value, sizeof value);
  at += sizeof value;
}

template <class Value>
void unpack(const char*& at, Value& value) {
  static_assert(std::is_trivially_copyable_v<Value>);
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
}

template <class Field>
std::uint16_t sizeInRing(const Field& field, const std::string& text) {
  return static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), field.most));
}

}  // namespace

RecordRing::Inside::Inside(std::size_t wanted) : ByteRing(std::max(wanted, kMinBytes)) {
  static_assert(kPlain + kMostText <= kMinBytes);
}

bool RecordRing::Inside::push(const ExchangeRecord& record) {
  Plain plain;
  char* to = plain.data();
  std::size_t size = kPlain;
  record::forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) {
      static_assert(field.most >= kCutMark.size());
      const std::uint16_t kept = sizeInRing(field, field.in(record));
      size += kept;
      pack(to, kept);
    } else {
      pack(to, field.in(record));
    }
  });
  if (!makeRoom(size)) return false;

  std::uint64_t at = pushed();
  put(at, plain.data(), kPlain);
  at += kPlain;
  record::forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) {
      const std::string& text = field.in(record);
      const std::uint16_t kept = sizeInRing(field, text);
      put(at, text.data(), kept);
      at += kept;
      if (kept < text.size()) put(at - kCutMark.size(), kCutMark.data(), kCutMark.size());
    }
  });
  publish(at);
  return true;
}

bool RecordRing::Inside::pop(ExchangeRecord& record) {
  if (empty()) return false;
  std::uint64_t at = popped();
  Plain plain;
  get(at, plain.data(), kPlain);
  at += kPlain;
  const char* from = plain.data();
  record::forEachField([&](auto row) {
    constexpr const auto& field = row.field;
    if constexpr (field.kIsText) {
      std::uint16_t kept = 0;
      unpack(from, kept);
      std::string& text = field.in(record);
      text.resize(kept);
      get(at, text.data(), kept);
      at += kept;
    } else {
      unpack(from, field.in(record));
    }
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
