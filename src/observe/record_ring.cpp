#include <algorithm>
#include <type_traits>

#include "record_ring_inside.h"

namespace megaphone::observe {
namespace {

using record::ExchangeRecord;

constexpr std::string_view kCutMark = "...";

// What a record is in the ring, followed by its strings.
struct Packed {
  std::uint64_t id;
  WallTime began;
  std::uint64_t client_in, client_out, origin_in, origin_out, datagrams_in, datagrams_out;
  Duration head, resolve, connect, upload, first_byte, total, client_ended;
  Endpoint client;
  std::optional<Endpoint> origin;
  std::uint32_t client_request;
  int status;
  record::Kind kind;
  bool origin_reused;
  bool http10;
  Reason reason;
  Side ended_by;
  record::Phase ended_in;
  std::uint16_t listener_size, method_size, target_size, referer_size, user_agent_size, detail_size;

  std::size_t size() const {
    return sizeof(Packed) + std::size_t{listener_size} + method_size + target_size + referer_size + user_agent_size +
           detail_size;
  }
};
static_assert(std::is_trivially_copyable_v<Packed>);

// Everything but the strings, in either direction.
template <class From, class To>
void copyPlain(const From& from, To& to) {
  to.id = from.id;
  to.began = from.began;
  to.client_in = from.client_in;
  to.client_out = from.client_out;
  to.origin_in = from.origin_in;
  to.origin_out = from.origin_out;
  to.datagrams_in = from.datagrams_in;
  to.datagrams_out = from.datagrams_out;
  to.head = from.head;
  to.resolve = from.resolve;
  to.connect = from.connect;
  to.upload = from.upload;
  to.first_byte = from.first_byte;
  to.total = from.total;
  to.client_ended = from.client_ended;
  to.client = from.client;
  to.origin = from.origin;
  to.client_request = from.client_request;
  to.status = from.status;
  to.kind = from.kind;
  to.origin_reused = from.origin_reused;
  to.http10 = from.http10;
  to.reason = from.reason;
  to.ended_by = from.ended_by;
  to.ended_in = from.ended_in;
}

}  // namespace

RecordRing::Inside::Inside(std::size_t wanted) : ByteRing(std::max(wanted, kMinBytes)) {
  static_assert(sizeof(Packed) + kMaxListener + kMaxMethod + kMaxTarget + kMaxReferer + kMaxUserAgent + kMaxDetail <=
                kMinBytes);
}

bool RecordRing::Inside::push(const ExchangeRecord& record) {
  const auto bounded = [](const std::string& text, std::size_t most) {
    return static_cast<std::uint16_t>(std::min(text.size(), most));
  };
  Packed packed;
  copyPlain(record, packed);
  packed.listener_size = bounded(record.listener, kMaxListener);
  packed.method_size = bounded(record.method, kMaxMethod);
  packed.target_size = bounded(record.target, kMaxTarget);
  packed.referer_size = bounded(record.referer, kMaxReferer);
  packed.user_agent_size = bounded(record.user_agent, kMaxUserAgent);
  packed.detail_size = bounded(record.detail, kMaxDetail);
  if (!makeRoom(packed.size())) return false;

  std::uint64_t at = pushed();
  put(at, &packed, sizeof packed);
  at += sizeof packed;
  const auto putText = [&](const std::string& text, std::size_t size) {
    put(at, text.data(), size);
    at += size;
    if (size < text.size()) put(at - kCutMark.size(), kCutMark.data(), kCutMark.size());
  };
  putText(record.listener, packed.listener_size);
  putText(record.method, packed.method_size);
  putText(record.target, packed.target_size);
  putText(record.referer, packed.referer_size);
  putText(record.user_agent, packed.user_agent_size);
  putText(record.detail, packed.detail_size);
  publish(at);
  return true;
}

bool RecordRing::Inside::pop(ExchangeRecord& record) {
  if (empty()) return false;
  std::uint64_t at = popped();
  Packed packed;
  get(at, &packed, sizeof packed);
  at += sizeof packed;
  copyPlain(packed, record);
  const auto getText = [&](std::string& text, std::size_t size) {
    text.resize(size);
    get(at, text.data(), size);
    at += size;
  };
  getText(record.listener, packed.listener_size);
  getText(record.method, packed.method_size);
  getText(record.target, packed.target_size);
  getText(record.referer, packed.referer_size);
  getText(record.user_agent, packed.user_agent_size);
  getText(record.detail, packed.detail_size);
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
