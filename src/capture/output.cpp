#include "output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace megaphone::capture {
namespace {

constexpr std::size_t kWorthAWrite = 256 * 1024;

// Returns the 32-bit number at `at`, little-endian as in the file.
std::size_t numberAt(std::string_view queue, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(queue[at + i]);
  return number;
}
std::size_t lengthOfBlock(std::string_view queue, std::size_t at) { return numberAt(queue, at + 4); }

}  // namespace

Result<std::unique_ptr<Output>> Output::open(Id id, Request request, std::uint64_t seed, MonoTime now) {
  std::unique_ptr<Output> output(new Output(id, std::move(request), seed, now));
  if (!output->request_.path.empty()) {
    auto made = output->request_.file ? Result<void>() : output->makeFile();
    if (made && !output->request_.held) made = output->takeFile();
    if (!made) return std::move(made.error());
  } else {
    output->fd_ = std::move(output->request_.to);
  }
  output->beginFile();
  return output;
}

Output::Output(Id id, Request request, std::uint64_t seed, MonoTime now)
    : id_(id),
      request_(std::move(request)),
      began_(now),
      recorder_({request_.scope, request_.origins, request_.with_secrets, request_.headers_only}, seed) {}

Result<void> Output::makeFile() {
  auto file = NewFile::make(request_.path);
  if (!file) return std::move(file.error());
  request_.file = std::move(*file);
  return {};
}

Result<void> Output::takeFile() {
  auto taken = request_.file.takePath();
  if (taken) fd_ = request_.file.takeDescriptor();
  return taken;
}

void Output::release(MonoTime now) {
  request_.held = false;
  began_ = now;
  if (request_.path.empty()) return;
  if (auto taken = takeFile(); !taken) trouble_ = taken.error().errnum;
}

void Output::beginFile() {
  const std::size_t before = queue_.size();
  recorder_.begin(queue_);
  inFile_ = queue_.size() - before;
}

void Output::take(const Event& event) {
  if (ended_) return;
  const std::size_t before = queue_.size();
  const Recorder::Added added = recorder_.take(event, queue_);
  if (queue_.size() > kMostQueued) {
    queue_.resize(before);
    recorder_.lose(added);
    lost_ += added.packets + added.missing;
    return;
  }
  packets_ += added.packets;
  lost_ += added.missing;
  inFile_ += queue_.size() - before;
  if (queue_.size() >= kWorthAWrite && !stuck_) write();
  if (ended_) return;
  if (request_.size > 0 && bytes_ + queue_.size() >= request_.size) return end(Ended::size_reached);
  if (hasRingOfFiles() && inFile_ > request_.file_size) nextFile();
}

void Output::turn(MonoTime now) {
  if (!ended_ && !request_.held && request_.time > Duration::zero() && now - began_ >= request_.time)
    end(Ended::time_over);
  if (!queue_.empty()) write();
}

std::optional<int> Output::beginsToLose(MonoTime now) {
  if (lost_ == lostBefore_) return std::nullopt;
  lostBefore_ = lost_;
  const bool begins = !lastLoss_ || now - *lastLoss_ > kCalm;
  lastLoss_ = now;
  return begins ? std::optional(trouble_) : std::nullopt;
}

void Output::end(Ended ended) {
  if (ended_) return;
  recorder_.finish(queue_);
  ended_ = ended;
  endedAt_ = monoNow();
  write();
}

// A packet that was written in part counts as lost, too.
void Output::close() {
  if (!request_.held) loseFrom(0);
  fd_.reset();
}

// If a new file cannot be made, packets are lost until the next file is due.
void Output::nextFile() {
  recorder_.finish(queue_);
  write();
  loseFrom(0);
  written_ = 0;
  fd_.reset();
  auto moved = moveOlder();
  if (moved) moved = makeFile();
  if (moved) moved = takeFile();
  if (!moved) trouble_ = moved.error().errnum;
  beginFile();
}

Result<void> Output::moveOlder() {
  const auto pathOf = [this](std::uint32_t n) {
    return n == 0 ? request_.path : request_.path + '.' + std::to_string(n);
  };
  for (std::uint32_t n = 1; n <= request_.older; ++n) {
    if (auto may = NewFile::mayReplace(pathOf(n)); !may) return may;
  }
  for (std::uint32_t n = request_.older; n > 0; --n) ::rename(pathOf(n - 1).c_str(), pathOf(n).c_str());
  return {};
}

void Output::write() {
  if (request_.held) return;
  stuck_ = true;
  while (!queue_.empty()) {
    const ssize_t taken = ::write(fd_.get(), queue_.data() + written_, queue_.size() - written_);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0 && errno == EAGAIN) return;
    if (taken < 0) return request_.path.empty() ? readerGone() : fileFailed(errno);
    bytes_ += static_cast<std::uint64_t>(taken);
    written_ += static_cast<std::size_t>(taken);
    forgetWritten();
  }
  stuck_ = false;
  trouble_ = 0;
}

// Packets that the reader did not take before it closed do not count as lost.
void Output::readerGone() {
  queue_.clear();
  written_ = 0;
  if (!ended_) ended_ = Ended::reader_gone;
}

void Output::fileFailed(int errnum) {
  if (fd_) trouble_ = errnum;
  takeBackPart();
  loseFrom(written_ > 0 ? lengthOfBlock(queue_, 0) : 0);
  if (ended_) queue_.clear();
}

// Truncates the file to whole blocks; a failure is ignored.
void Output::takeBackPart() {
  if (written_ == 0 || !fd_) return;
  const off_t end = ::lseek(fd_.get(), -static_cast<off_t>(written_), SEEK_CUR);
  if (end < 0 || ::ftruncate(fd_.get(), end) != 0) return;
  bytes_ -= written_;
  written_ = 0;
}

void Output::forgetWritten() {
  std::size_t begin = 0;
  while (begin < queue_.size() && lengthOfBlock(queue_, begin) <= written_) {
    written_ -= lengthOfBlock(queue_, begin);
    begin += lengthOfBlock(queue_, begin);
  }
  queue_.erase(0, begin);
}

// Drops the queue from `begin` on, and counts its packets as lost. REQUIRES: a block begins there.
void Output::loseFrom(std::size_t begin) {
  constexpr std::size_t kPacketBlock = 6;
  constexpr std::size_t kInterfaceAt = 8;
  for (std::size_t at = begin; at < queue_.size(); at += lengthOfBlock(queue_, at)) {
    if (numberAt(queue_, at) != kPacketBlock) continue;
    recorder_.lose({numberAt(queue_, at + kInterfaceAt) == 1 ? Side::origin : Side::client, 1});
    --packets_;
    ++lost_;
  }
  queue_.resize(begin);
}

Figures Output::figures() const { return {packets_, bytes_, lost_}; }

}  // namespace megaphone::capture
