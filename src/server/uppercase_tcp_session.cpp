#include "uppercase_tcp_session.h"

#include <algorithm>

#include "megaphone/uppercase/uppercase.h"

namespace megaphone::server {

namespace {
constexpr Duration kLinger = std::chrono::seconds(2);
}

UppercaseTcpSession::UppercaseTcpSession(LoopContext& context, SocketId socket,
                                         std::shared_ptr<const UppercaseTcpListenerState> listener, UniqueFd fd,
                                         Admission admission)
    : context_(context),
      socket_(socket),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      client_(*this, context.buffers),
      began_(context.loop.now()),
      lastByte_(began_) {
  record_.id = context_.environment.nextId();
  record_.kind = record::Kind::uppercase_tcp;
  record_.listener = listener_->settings.name;
  record_.client = client().endpoint;
  Leg::join(client_, client_);
  client_.open(uv::Stream(context.loop, std::move(fd)));
  if (wantsCapture()) beginCapture(false);
  client_.hold(false);
  setDeadline(began_);
}

void UppercaseTcpSession::takeEarly(std::string_view bytes) {
  std::copy(bytes.begin(), bytes.end(), context_.buffers.scratch.begin());
  answer({context_.buffers.scratch.data(), bytes.size()});
  settle();
}

bool UppercaseTcpSession::wantsCapture() const { return context_.capturing.wants(listener_->settings.name, client()); }

void UppercaseTcpSession::beginCapture(bool late) {
  if (!client_.stream().witness()) context_.capturing.begin(client_.stream(), Side::client, record_.client, {}, late);
  if (CapturedStream* captured = CapturedStream::of(client_.stream()))
    captured->about({record_.id, listener_->settings.name, record_.client.address, {}});
}

// Answers that wait are written first.
void UppercaseTcpSession::end(Reason reason) {
  if (life_ != Life::answering) return;
  record_.reason = reason;
  life_ = Life::ending;
  settle();
}

void UppercaseTcpSession::judgeAgain() {
  auto now = context_.listeners->inside().find<UppercaseTcpListenerState>(socket_);
  if (!now || !now->clients.judge(client().address()).allowed()) return end(Reason::configuration_changed);
  listener_ = std::move(now);
  if (life_ == Life::answering) setDeadline(context_.loop.now());
}

record::LiveConnection UppercaseTcpSession::live(MonoTime now) const {
  using State = record::LiveConnection::State;
  return {record_, life_ == Life::answering ? State::busy : State::ending, record::Phase::none, now - began_};
}

void UppercaseTcpSession::onRead(Leg&, std::span<char> bytes) {
  if (life_ != Life::lingering) answer(bytes);
}

void UppercaseTcpSession::onEnded(Leg&) {
  if (life_ == Life::lingering) return finish(record_.reason, record_.ended_by);
  if (life_ == Life::answering) record_.ended_by = Side::client;
  life_ = Life::ending;
}

void UppercaseTcpSession::onBroken(Leg&, int) {
  if (life_ == Life::lingering) return finish(record_.reason, record_.ended_by);
  finish(Reason::client_reset, Side::client);
}

void UppercaseTcpSession::onTaken(Leg&) { lastByte_ = context_.loop.now(); }

void UppercaseTcpSession::onDeaf(Leg&) { finish(Reason::client_reset, Side::client); }

void UppercaseTcpSession::answer(std::span<char> bytes) {
  lastByte_ = context_.loop.now();
  uppercase::toUpper(bytes);
  record_.client_in += bytes.size();
  record_.client_out += bytes.size();
  countTraffic(record_, counters());
  if (!client_.write({bytes.data(), bytes.size()})) return finish(Reason::client_reset, Side::client);
  if (listener_->settings.reply == config::UppercaseTcp::Reply::once) life_ = Life::ending;
}

void UppercaseTcpSession::settle() {
  if (life_ != Life::ending) return;
  client_.hold(true);
  if (client_.isFull()) return;
  if (client_.hasEnded()) return finish(record_.reason, record_.ended_by);
  client_.end();  // closing at once could reset the answer on its way
  life_ = Life::lingering;
  client_.hold(false);
  context_.deadlines.clear(*this);
  context_.deadlines.set(*this, context_.loop.now() + kLinger);
}

// An answer that is taken slowly is looked for a few times before the client counts as idle.
void UppercaseTcpSession::setDeadline(MonoTime now) {
  const Duration idle = listener_->settings.idle_timeout;
  context_.deadlines.set(*this, std::min(lastByte_ + idle, now + idle / 4));
}

void UppercaseTcpSession::onDeadline(MonoTime now) {
  if (life_ == Life::lingering) return finish(record_.reason, record_.ended_by);
  if (client_.peerTook()) lastByte_ = now;
  if (lastByte_ + listener_->settings.idle_timeout > now) return setDeadline(now);
  if (client_.isFull()) return finish(Reason::client_write_timeout, Side::client);
  finish(Reason::idle_timeout, Side::daemon);
}

void UppercaseTcpSession::finish(Reason reason, Side by) {
  if (life_ == Life::over) return;
  life_ = Life::over;
  CapturedStream* captured = CapturedStream::of(client_.stream());
  if (captured && reason != Reason::none) captured->note(word(reason));
  if (client_.isFull())
    client_.reset();  // an end would say that this was all
  else
    client_.close();
  record_.reason = reason;
  record_.ended_by = by;
  record_.total = context_.loop.now() - began_;
  context_.write(record_, counters());
  context_.leave(*this);
}

}  // namespace megaphone::server
