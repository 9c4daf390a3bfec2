#include "uppercase_tcp_session.h"

#include <algorithm>

#include "megaphone/uppercase/uppercase.h"

namespace megaphone::server {

using Status = uv::Stream::Status;

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
      client_(context.loop, std::move(fd), *this),
      began_(context.loop.now()),
      lastByte_(began_) {
  record_.id = context_.environment.nextId();
  record_.kind = record::Kind::uppercase_tcp;
  record_.listener = listener_->settings.name;
  record_.client = client().endpoint;
  capture(false);
  client_.resumeReading();
  setDeadline(began_);
}

void UppercaseTcpSession::takeEarly(std::string_view bytes) {
  std::copy(bytes.begin(), bytes.end(), context_.scratch.begin());
  answer(bytes.size());
  if (life_ != Life::over) settle();
}

void UppercaseTcpSession::captureChanged() {
  if (life_ != Life::over) capture(true);
}

void UppercaseTcpSession::capture(bool late) {
  const std::string& listener = listener_->settings.name;
  if (!context_.capturing.wants(listener, client())) return client_.watch(nullptr);
  if (!client_.witness()) context_.capturing.begin(client_, Side::client, record_.client, {}, late);
  if (CapturedStream* captured = CapturedStream::of(client_))
    captured->about({record_.id, listener, record_.client.address, {}});
}

// What has been answered is written first.
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

void UppercaseTcpSession::onReadable() {
  const auto outcome = client_.read(context_.scratch);
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::failed:
      if (life_ == Life::lingering) return finish(record_.reason, record_.ended_by);
      return finish(Reason::client_reset, Side::client);
    case Status::ended:
      clientEnded_ = true;
      if (life_ == Life::lingering) return finish(record_.reason, record_.ended_by);
      if (life_ == Life::answering) record_.ended_by = Side::client;
      life_ = Life::ending;
      break;
    case Status::ok:
      if (life_ == Life::lingering) return;
      answer(outcome.size);
      break;
  }
  if (life_ != Life::over) settle();
}

void UppercaseTcpSession::onWritable() {
  lastByte_ = context_.loop.now();
  if (out_.resume(client_) == uv::Outgoing::Status::failed) return finish(Reason::client_reset, Side::client);
  settle();
}

void UppercaseTcpSession::answer(std::size_t size) {
  lastByte_ = context_.loop.now();
  const std::span bytes(context_.scratch.data(), size);
  uppercase::toUpper(bytes);
  record_.client_in += size;
  record_.client_out += size;
  countTraffic(record_, counters());
  if (out_.write(client_, {bytes.data(), size}) == uv::Outgoing::Status::failed)
    return finish(Reason::client_reset, Side::client);
  if (listener_->settings.reply == config::UppercaseTcp::Reply::once) life_ = Life::ending;
}

void UppercaseTcpSession::settle() {
  if (life_ == Life::answering && out_.empty())
    client_.resumeReading();
  else
    client_.pauseReading();
  if (life_ != Life::ending || !out_.empty()) return;
  if (clientEnded_) return finish(record_.reason, record_.ended_by);
  client_.shutdownWriting();  // closing at once could reset the answer on its way
  life_ = Life::lingering;
  client_.resumeReading();
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
  if (progress_.look(client_, out_.size())) lastByte_ = now;
  if (lastByte_ + listener_->settings.idle_timeout > now) return setDeadline(now);
  if (!out_.empty()) return finish(Reason::client_write_timeout, Side::client);
  finish(Reason::idle_timeout, Side::daemon);
}

void UppercaseTcpSession::finish(Reason reason, Side by) {
  if (life_ == Life::over) return;
  life_ = Life::over;
  CapturedStream* captured = CapturedStream::of(client_);
  if (captured && reason != Reason::none) captured->note(word(reason));
  if (out_.empty())
    client_.close();
  else
    client_.reset();  // an end would say that this was all
  record_.reason = reason;
  record_.ended_by = by;
  record_.total = context_.loop.now() - began_;
  context_.write(record_, counters());
  context_.leave(*this);
}

}  // namespace megaphone::server
