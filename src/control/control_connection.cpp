#include "control_connection.h"

#include <fcntl.h>

#include <array>

namespace megaphone::control {
namespace {

constexpr Duration kToAsk = std::chrono::seconds(5);
constexpr Duration kToAnswer = std::chrono::minutes(1);
constexpr Duration kToTakeSome = std::chrono::seconds(10);

}  // namespace

ControlConnection::ControlConnection(uv::Loop& loop, UniqueFd fd, Daemon& daemon, OnEnd onEnd)
    : daemon_(daemon),
      onEnd_(std::move(onEnd)),
      deadline_(loop, [this] { onTime(); }),
      stream_(loop, std::move(fd), *this) {
  stream_.resumeReading();
  deadline_.start(kToAsk);
}

void ControlConnection::onReadable() {
  const auto alive = shared_from_this();
  life_ == Life::lasting ? listen() : read();
}

// To the end, or anything that means it: then who asked wants no more. The descriptor that was given away may be open
// still, so that ours stays until end().
void ControlConnection::listen() {
  std::array<char, 64> bytes;
  const auto status = stream_.read(bytes).status;
  if (status != uv::Stream::Status::ended && status != uv::Stream::Status::failed) return;
  stream_.pauseReading();
  if (const auto onLeave = std::exchange(onLeave_, nullptr)) onLeave();
}

std::optional<UniqueFd> ControlConnection::beginLasting(std::function<void()> onLeave) {
  if (life_ != Life::waiting) return std::nullopt;
  UniqueFd fd(::fcntl(stream_.fd(), F_DUPFD_CLOEXEC, 0));
  if (!fd) return std::nullopt;
  life_ = Life::lasting;
  onLeave_ = std::move(onLeave);
  deadline_.stop();
  stream_.resumeReading();
  return fd;
}

// A socket to which nothing was written takes three bytes; else nobody is there, and listen() hears of it.
void ControlConnection::go() {
  if (stream_) out_.write(stream_, "ok\n");
}

void ControlConnection::read() {
  std::array<char, Request::kLongest> bytes;
  const auto outcome = stream_.read(bytes);
  using Read = uv::Stream::Status;
  switch (outcome.status) {
    case Read::blocked: return;
    case Read::failed: return end();
    case Read::ended: return line_.empty() ? end() : take(line_);  // a last line may lack its end
    case Read::ok: line_.append(bytes.data(), outcome.size); break;
  }
  const std::size_t size = line_.find('\n');
  if (size != std::string::npos) return take(std::string_view(line_).substr(0, size));
  if (line_.size() >= Request::kLongest) Answer(weak_from_this()).failed(Mistake{"the request is too long", ""});
}

void ControlConnection::take(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  life_ = Life::waiting;
  stream_.pauseReading();
  deadline_.start(kToAnswer);
  const Answer answer(weak_from_this());
  const auto read = readRequest(line);
  if (const auto* request = std::get_if<Request>(&read))
    carryOut(*request, daemon_, answer);
  else
    answer.failed(std::get<Mistake>(read));
}

void ControlConnection::answer(std::string_view outcome, std::string text) {
  if (life_ == Life::answering) return;
  const auto alive = shared_from_this();
  life_ = Life::answering;
  onLeave_ = nullptr;
  stream_.pauseReading();
  deadline_.start(kToTakeSome);
  text.insert(0, std::string(outcome) + '\n');
  if (out_.write(stream_, text) != uv::Outgoing::Status::waiting) end();
}

void ControlConnection::onWritable() {
  const auto alive = shared_from_this();
  deadline_.start(kToTakeSome);
  if (out_.resume(stream_) != uv::Outgoing::Status::waiting) end();
}

void ControlConnection::onReset() {
  const auto alive = shared_from_this();
  if (life_ != Life::lasting) end();  // there it is an end that was heard already
}

void ControlConnection::onTime() {
  const auto alive = shared_from_this();
  if (life_ == Life::waiting)
    Answer(weak_from_this()).failed(Mistake{"the daemon did not answer in time", "its log may say why"});
  else
    end();
}

void ControlConnection::end() {
  deadline_.stop();
  stream_.close();
  if (onEnd_) std::exchange(onEnd_, nullptr)(*this);
}

void Answer::done(std::string text) const {
  if (const auto connection = connection_.lock()) connection->answer("ok", std::move(text));
}

std::optional<UniqueFd> Answer::begin(std::function<void()> onLeave) const {
  const auto connection = connection_.lock();
  return connection ? connection->beginLasting(std::move(onLeave)) : std::nullopt;
}

void Answer::go() const {
  if (const auto connection = connection_.lock()) connection->go();
}

void Answer::end() const {
  if (const auto connection = connection_.lock()) connection->end();
}

void Answer::failed(std::string text) const {
  if (const auto connection = connection_.lock()) connection->answer("failed", std::move(text));
}

void Answer::failed(const Mistake& mistake) const {
  failed(mistake.cause + '\n' + (mistake.advice.empty() ? "" : "help: " + mistake.advice + '\n'));
}

}  // namespace megaphone::control
