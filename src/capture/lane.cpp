#include "megaphone/capture/lane.h"

#include <algorithm>
#include <type_traits>

#include "lane_inside.h"

namespace megaphone::capture {
namespace {

constexpr std::size_t kAtOnce = 256 * 1024;  // bytes of one event; a loop reads and writes less at once
constexpr unsigned kIndexShift = 44;         // legs of different lanes never meet

// The fixed part of an event in the ring, followed by its texts and bytes.
struct Packed {
  EventKind kind;
  Side side;
  Direction direction;
  bool late;
  Next next;
  std::uint32_t lost;
  LegId leg;
  WallTime time;
  std::uint64_t offset, exchange;
  Endpoint local, remote;
  IpAddress client;
  std::uint16_t listener_size, host_size, text_size;
  std::uint32_t bytes_size;

  std::size_t textsSize() const { return std::size_t{listener_size} + host_size + text_size; }
};
static_assert(std::is_trivially_copyable_v<Packed>);

// Copies everything but the texts and bytes, in either direction.
template <class From, class To>
void copyPlain(const From& from, To& to) {
  to.kind = from.kind;
  to.side = from.side;
  to.direction = from.direction;
  to.late = from.late;
  to.next = from.next;
  to.lost = from.lost;
  to.leg = from.leg;
  to.time = from.time;
  to.offset = from.offset;
  to.exchange = from.exchange;
  to.local = from.local;
  to.remote = from.remote;
  to.client = from.client;
}

std::uint16_t bounded(std::string_view text, std::size_t most) {
  return static_cast<std::uint16_t>(std::min(text.size(), most));
}

// Points the views of an event at its texts, which are packed one after the other.
void pointAt(Event& event, const char* texts, const Packed& packed) {
  const auto take = [&texts](std::size_t size) {
    const std::string_view view(texts, size);
    texts += size;
    return view;
  };
  event.listener = take(packed.listener_size);
  event.host = take(packed.host_size);
  event.text = take(packed.text_size);
  event.bytes = take(packed.bytes_size);
}

}  // namespace

StoredEvent::StoredEvent(const Event& from) : event(from) {
  Packed sizes{};
  sizes.listener_size = bounded(from.listener, from.listener.size());
  sizes.host_size = bounded(from.host, from.host.size());
  sizes.text_size = bounded(from.text, from.text.size());
  sizes.bytes_size = static_cast<std::uint32_t>(from.bytes.size());
  for (const std::string_view each : {from.listener, from.host, from.text, from.bytes}) {
    storage.insert(storage.end(), each.begin(), each.end());
  }
  pointAt(event, storage.data(), sizes);
}

bool Lane::Inside::push(const Event& event, Pieces& pieces, std::size_t size) {
  Packed packed;
  copyPlain(event, packed);
  packed.listener_size = bounded(event.listener, kLongestName);
  packed.host_size = bounded(event.host, kLongestName);
  packed.text_size = bounded(event.text, kLongestText);
  packed.bytes_size = static_cast<std::uint32_t>(size);
  const std::size_t needed = sizeof packed + packed.textsSize() + size;
  if (!makeRoom(needed + (size > 0 ? capacity / 8 : 0))) return false;

  std::uint64_t at = pushed();
  const auto append = [&](const void* from, std::size_t length) {
    put(at, from, length);
    at += length;
  };
  append(&packed, sizeof packed);
  append(event.listener.data(), packed.listener_size);
  append(event.host.data(), packed.host_size);
  append(event.text.data(), packed.text_size);
  pieces.take(size, append);
  publish(at);
  return true;
}

bool Lane::Inside::pop(StoredEvent& into) {
  if (empty()) return false;
  Packed packed;
  get(popped(), &packed, sizeof packed);
  copyPlain(packed, into.event);
  into.storage.resize(packed.textsSize() + packed.bytes_size);
  get(popped() + sizeof packed, into.storage.data(), into.storage.size());
  pointAt(into.event, into.storage.data(), packed);
  release(popped() + sizeof packed + into.storage.size());
  return true;
}

Lane::Lane(std::size_t index)
    : lastLeg_(LegId{index} << kIndexShift),
      unsaid_(std::make_unique_for_overwrite<LegId[]>(kMostUnsaid)),
      inside_(std::make_unique<Inside>(kBytes)) {}
Lane::~Lane() = default;

void Lane::push(Event event) {
  const iovec piece{const_cast<char*>(event.bytes.data()), event.bytes.size()};  // only ever read
  push(event, {&piece, 1}, event.bytes.size());
}

void Lane::push(Event event, std::span<const iovec> pieces, std::size_t size) {
  sayWhoIsGone();
  Inside& ring = *inside_;
  event.lost = lost_;
  if (event.time == WallTime{}) event.time = wallNow();
  Pieces all(pieces);
  do {
    const std::size_t part = std::min(size, kAtOnce);
    if (ring.push(event, all, part)) {
      event.lost = 0;
    } else if (event.kind != EventKind::gone || !remember(event.leg)) {
      ++event.lost;
      all.take(part, [](const void*, std::size_t) {});
    }
    event.offset += part;
    size -= part;
  } while (size > 0);
  lost_ = event.lost;
  if (ring.wake) ring.wake->onPush(ring.fillingUp());
}

// Pushes the delayed `gone` events: without them the writer would keep the legs for ever.
void Lane::sayWhoIsGone() {
  for (; unsaidCount_ > 0; --unsaidCount_) {
    Pieces none({});
    Event gone{.kind = EventKind::gone, .leg = unsaid_[unsaidCount_ - 1], .lost = lost_, .time = wallNow()};
    if (!inside_->push(gone, none, 0)) return;
    lost_ = 0;
  }
}

bool Lane::remember(LegId gone) {
  if (unsaidCount_ == kMostUnsaid) return false;
  unsaid_[unsaidCount_++] = gone;
  return true;
}

}  // namespace megaphone::capture
