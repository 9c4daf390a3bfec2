#include "leg.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace megaphone::server {

using Status = uv::Stream::Status;

Leg::Leg(LegSink& sink, Leg&& from) noexcept
    : sink_(&sink),
      buffers_(from.buffers_),
      stream_(std::move(from.stream_)),
      out_(std::move(from.out_)),
      splice_(std::move(from.splice_)),
      ended_(from.ended_),
      deaf_(from.deaf_),
      captureLater_(from.captureLater_),
      progress_(from.progress_) {
  if (stream_) {
    stream_.setSink(*this);
    stream_.pauseReading();
  }
  limit(from.allowance_);
  from.limit(nullptr);
  from.tellRoom();
  if (from.other_) from.other_->other_ = nullptr;
  from.other_ = nullptr;
}

Leg::~Leg() {
  limit(nullptr);
  splice_.close(buffers_->pipes);
  if (other_) other_->other_ = nullptr;
}

void Leg::join(Leg& one, Leg& other) {
  one.other_ = &other;
  other.other_ = &one;
  one.tellRoom();
  other.tellRoom();
}

void Leg::open(uv::Stream stream) {
  assert(!stream_);
  stream_ = std::move(stream);
  stream_.setSink(*this);
  setPauses(static_cast<unsigned>(Pause::held) | (pauses_ & static_cast<unsigned>(Pause::sink_full)));
  progress_ = {};
  ended_ = deaf_ = false;
}

// --- reading --------------------------------------------------------------------------------------------------------

void Leg::setPauses(unsigned pauses) {
  pauses_ = pauses & kAllPauses;
  if (stream_) pauses_ == 0 ? stream_.resumeReading() : stream_.pauseReading();
}

void Leg::limit(Allowance* allowance) {
  if (allowance_ == allowance) return;
  if (allowance_) allowance_->forget(*this);
  allowance_ = allowance;
  resume(Pause::allowance);
}

std::uint64_t Leg::allowed() {
  if (!allowance_) return UINT64_MAX;
  const std::uint64_t left = allowance_->left(*this);
  if (left == 0) pause(Pause::allowance);
  return left;
}

void Leg::onReadable() {
  captureIfDue();
  std::size_t copied = 0;
  if (other_ && other_->splice_.isOpen())
    move();
  else
    copied = read();
  sink_->settle();
  if (copied > 0) considerSplice(copied);
}

std::size_t Leg::read() {
  const std::uint64_t most = allowed();
  if (most == 0) return 0;
  if (stream_.witness()) sink_->beforeCapturedRead(*this);
  std::span<char> into(buffers_->scratch);
  if (most < into.size()) into = into.first(static_cast<std::size_t>(most));
  const auto outcome = stream_.read(into);
  switch (outcome.status) {
    case Status::blocked: break;
    case Status::ok:
      if (allowance_) allowance_->use(outcome.size);
      sink_->onRead(*this, into.first(outcome.size));
      break;
    case Status::ended: endedReading(); break;
    case Status::failed: sink_->onBroken(*this, outcome.errnum); break;
  }
  return outcome.size;
}

void Leg::endedReading() {
  if (ended_) return;
  ended_ = true;
  sink_->onEnded(*this);
}

void Leg::onReset() {
  sink_->onReset(*this);
  sink_->settle();
}

// --- through the pipe -----------------------------------------------------------------------------------------------

// Opens the path if reads of that size are better moved. The session has done what it wanted with the bytes of the
// last one, and may have ended.
void Leg::considerSplice(std::size_t copied) {
  if (!stream_ || !other_ || other_ == this || !other_->stream_ || other_->deaf_ || captureLater_) return;
  if (stream_.witness() || other_->stream_.witness()) return;
  if (sink_->movable(*this) >= SplicePath::kWorthIt) other_->splice_.copied(copied, buffers_->pipes);
}

void Leg::move() {
  Leg& to = *other_;
  const std::uint64_t movable = sink_->movable(*this);
  if (movable == 0) return to.splice_.close(buffers_->pipes);
  const std::uint64_t most = std::min(movable, allowed());
  if (most == 0) return;
  const auto taken = to.splice_.take(stream_, most, buffers_->pipes);
  switch (taken.status) {
    case Status::blocked: return;
    case Status::ended: return endedReading();
    case Status::failed: return sink_->onBroken(*this, taken.errnum);
    case Status::ok: break;
  }
  if (allowance_) allowance_->use(taken.size);
  if (!to.give()) to.becomeDeaf();
}

// Writes what the pipe holds; returns false where the stream has failed.
bool Leg::give() {
  const auto given = splice_.give(stream_, buffers_->pipes);
  if (other_ && given.size > 0) {
    sink_->onMoved(*other_, given.size);
    if (splice_.held() == 0 && sink_->movable(*other_) == 0) splice_.close(buffers_->pipes);
  }
  tellRoom();
  return given.status != Status::failed;
}

// --- writing --------------------------------------------------------------------------------------------------------

bool Leg::write(std::span<const iovec> pieces) {
  assert(splice_.held() == 0);
  if (!stream_ || deaf_) return false;
  deaf_ = out_.write(stream_, pieces) == uv::Outgoing::Status::failed;
  tellRoom();
  return !deaf_;
}

bool Leg::write(std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};  // only ever read
  return write({&piece, 1});
}

void Leg::onWritable() {
  if (!isFull()) return;
  captureIfDue();
  if (resumeWriting())
    sink_->onTaken(*this);
  else
    becomeDeaf();
  sink_->settle();
}

// Copied bytes were there before those in the pipe. Returns false where the stream has failed.
bool Leg::resumeWriting() {
  if (!out_.empty()) {
    if (stream_.witness()) sink_->beforeCapturedWrite(*this);
    if (out_.resume(stream_) == uv::Outgoing::Status::failed) return false;
    tellRoom();
  }
  return !out_.empty() || splice_.held() == 0 || give();
}

void Leg::becomeDeaf() {
  deaf_ = true;
  drop();
  sink_->onDeaf(*this);
}

void Leg::drop() {
  out_.drop();
  splice_.close(buffers_->pipes);
  tellRoom();
}

void Leg::tellRoom() {
  if (other_) isFull() ? other_->pause(Pause::sink_full) : other_->resume(Pause::sink_full);
}

// --- ending ---------------------------------------------------------------------------------------------------------

void Leg::close() {
  letGo();
  stream_.close();
}

void Leg::reset() {
  letGo();
  if (stream_) stream_.reset();
}

void Leg::letGo() {
  limit(nullptr);
  drop();
  if (!other_ || other_ == this) return;
  other_->splice_.close(buffers_->pipes);
  other_->tellRoom();
}

// --- captures -------------------------------------------------------------------------------------------------------

void Leg::captureChanged() {
  const bool wanted = sink_->wantsCapture();
  Leg& other = other_ ? *other_ : *this;
  for (Leg* leg : {this, &other}) {
    if (wanted) leg->splice_.leave(buffers_->pipes);
  }
  captureLater_ = other.captureLater_ = wanted && (splice_.isOpen() || other.splice_.isOpen());
  if (captureLater_) return;
  for (Leg* leg : {this, &other}) {
    if (leg->stream_) wanted ? sink_->capture(*leg) : leg->stream_.watch(nullptr);
  }
}

}  // namespace megaphone::server
