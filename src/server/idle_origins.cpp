#include "idle_origins.h"

namespace megaphone::server {

class IdleOrigins::Slot final : public uv::StreamSink {
 public:
  Slot(IdleOrigins& owner, proxy::OriginPool::Id id) : owner_(owner), id_(id) {}
  void onReadable() override { owner_.died(id_); }  // an end, an error, or bytes that nobody asked for
  void onWritable() override {}
  uv::Stream stream;
  std::size_t tallied = 0;  // where it is counted

 private:
  IdleOrigins& owner_;
  const proxy::OriginPool::Id id_;
};

namespace {

constexpr Duration kAskEvery = std::chrono::milliseconds(10);

proxy::OriginPool::Limits limitsOf(const config::DaemonSettings& daemon) {
  return {daemon.max_idle_origins, daemon.max_idle_per_origin, daemon.origin_idle_timeout};
}

}  // namespace

IdleOrigins::IdleOrigins(uv::Loop& loop, Deadlines& deadlines, const config::DaemonSettings& limits, IdleTally& tally,
                         unsigned index)
    : loop_(loop), deadlines_(deadlines), pool_(limitsOf(limits)), tally_(tally), index_(index) {}

IdleOrigins::~IdleOrigins() = default;

std::optional<IdleOrigins::Taken> IdleOrigins::take(std::string_view key, proxy::Reuse reuse, Owner owner,
                                                    const std::function<bool(const Endpoint&)>& judge) {
  const proxy::OriginPool::Request request{reuse, owner, loop_.now()};
  for (;;) {
    const auto id = pool_.take(key, request, judge);
    if (id == proxy::OriginPool::kNoId) return std::nullopt;
    tally_.of(index_, slots_[id]->tallied).subtract();
    Taken taken{std::move(slots_[id]->stream), pool_.connection(id)};
    // What has come would be taken for the answer to the next request. The loop has heard of all that came until it
    // woke up; for a request that must not be sent twice the kernel is asked.
    if (reuse == proxy::Reuse::any ? !taken.stream.mayHaveMore() : taken.stream.isQuiet()) return taken;
  }
}

void IdleOrigins::keep(std::string_view key, const Connection& connection, uv::Stream stream) {
  const auto id = pool_.add(key, connection, loop_.now(), [this](auto oldest) { close(oldest); });
  if (id == proxy::OriginPool::kNoId) return;  // the settings say to keep none
  while (slots_.size() <= id) {
    slots_.push_back(std::make_unique<Slot>(*this, static_cast<proxy::OriginPool::Id>(slots_.size())));
  }
  Slot& slot = *slots_[id];
  slot.tallied = tally_.slotFor(connection.endpoint);
  tally_.of(index_, slot.tallied).add();
  slot.stream = std::move(stream);
  slot.stream.setSink(slot);
  slot.stream.resumeReading();
  setDeadline();
}

void IdleOrigins::forget(Owner owner) {
  pool_.forget(owner, [this](auto id) { close(id); });
}

void IdleOrigins::letPass(const Waiting& waiting) {
  const std::size_t slot = tally_.slotFor(waiting.endpoint);
  if (tally_.of(index_, slot).read() > 0) giveWayTo(waiting);
  const MonoTime now = loop_.now();
  if (!ask_ || now < askAgain_ || !tally_.othersHave(index_, slot)) return;
  askAgain_ = now + kAskEvery;
  ask_(waiting);
}

void IdleOrigins::giveWayTo(const Waiting& waiting) {
  pool_.giveWay(waiting.key, waiting.endpoint, loop_.now(), [this](auto id) { close(id); });
}

void IdleOrigins::closeAll() {
  pool_.expire(MonoTime::max(), [this](auto id) { close(id); });
}

void IdleOrigins::closeOldest() {
  pool_.removeOldest([this](auto id) { close(id); });
}

void IdleOrigins::judgeAgain(const std::function<bool(const Endpoint&)>& judge) {
  pool_.removeIf([&](const Endpoint& endpoint) { return !judge(endpoint); }, [this](auto id) { close(id); });
}

void IdleOrigins::change(const config::DaemonSettings& limits) {
  pool_.change(limitsOf(limits), [this](auto id) { close(id); });
  setDeadline();
}

void IdleOrigins::onDeadline(MonoTime now) {
  pool_.expire(now, [this](auto id) { close(id); });
  setDeadline();
}

void IdleOrigins::forgetWitnesses() {
  for (const auto& slot : slots_) {
    if (slot->stream) slot->stream.watch(nullptr);
  }
}

void IdleOrigins::died(proxy::OriginPool::Id id) {
  pool_.remove(id);
  char byte = 0;
  if (slots_[id]->stream.witness()) slots_[id]->stream.read({&byte, 1});  // so that it knows who has ended it
  close(id);
}

void IdleOrigins::close(proxy::OriginPool::Id id) {
  tally_.of(index_, slots_[id]->tallied).subtract();
  slots_[id]->stream.close();
}

void IdleOrigins::setDeadline() {
  if (const auto next = pool_.nextExpiry()) deadlines_.set(*this, *next);
}

}  // namespace megaphone::server
