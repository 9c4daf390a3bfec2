#include "control_session.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <functional>
#include <utility>
#include <variant>

#include "diagnosis.h"
#include "megaphone/control/socket_path.h"
#include "output.h"

namespace megaphone::client {
namespace {

constexpr Duration kPatience = std::chrono::seconds(70);   // the daemon gives up by itself before
constexpr std::chrono::seconds kToBeHeard(10);             // the daemon's backlog may be full
constexpr Duration kToTakeSome = std::chrono::seconds(2);  // for a reader of an answer that has ended
constexpr std::size_t kMostOfRefusal = 64 * 1024;

// Returns the first path that has a socket; if none has, the first path, for the message.
std::string findSocket(const std::string& named) {
  if (!named.empty()) return named;
  const std::vector<std::string> paths = control::likelySocketPaths();
  for (const std::string& path : paths) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 || errno != ENOENT) return path;
  }
  return paths.front();
}

std::variant<UniqueFd, Outcome> connectTo(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return controlFailed(ENAMETOOLONG, path);
  path.copy(address.sun_path, path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return systemFailed("socket", errno);
  const timeval patience{kToBeHeard.count(), 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno == EAGAIN ? controlTimedOut(path, kToBeHeard) : controlFailed(errno, path);
  return fd;
}

std::string requestLine(const cli::ControlOptions& options, bool terminal) {
  std::string line = options.command;
  if (options.shaped) line += options.json ? " form=json" : terminal ? " form=table" : " form=plain";
  for (const auto& [name, value] : options.options) line.append(" ").append(name).append("=").append(value);
  return line + '\n';
}

// Reads the answer as it arrives. Its first line says whether the rest is output or a refusal.
class AnswerReader {
 public:
  AnswerReader(int fd, const std::string& path, int output, Interrupt& interrupt, std::function<void()> agreed)
      : fd_(fd),
        path_(path),
        interrupt_(interrupt),
        waiter_(interrupt.fd()),
        output_(output, waiter_),
        agreed_(std::move(agreed)) {}

  Stop run() {
    std::array<char, 64 * 1024> piece;
    while (true) {
      pollfd readable{fd_, POLLIN, 0};
      if (Stop stop = waitForMore(readable)) return stop;
      if (readable.revents == 0) return controlTimedOut(path_, kPatience);
      const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
      if (got < 0 && errno != EINTR) return controlBroken(path_);
      if (got == 0) return headIsWhole_ ? std::nullopt : Stop(controlBroken(path_));
      if (got > 0) {
        if (Stop stop = take({piece.data(), static_cast<std::size_t>(got)})) return stop;
      }
    }
  }
  bool done() const { return head_ == "ok"; }
  // Returns the daemon's message about a command that it has refused.
  const std::string& refusal() const { return refusal_; }

 private:
  // Waits for more of the answer; without a deadline once it has begun, unless it is interrupted.
  Stop waitForMore(pollfd& readable) {
    while (true) {
      const bool lasts = headIsWhole_ && !enough_;
      pollfd reader{output_.fd(), POLLRDHUP, 0};
      if (Stop stop = wait({&readable, &reader}, lasts ? Deadline() : Deadline(monoNow() + kPatience))) return stop;
      if ((reader.revents & (POLLERR | POLLHUP | POLLRDHUP)) != 0) return Outcome{};  // the reader has closed
      if (readable.revents != 0 || !lasts) return std::nullopt;
    }
  }

  // Waits. The first Ctrl-C asks the daemon to end the answer, the next one ends the process.
  Stop wait(std::initializer_list<pollfd*> fds, Deadline deadline) {
    const Stop stop = waiter_.wait(fds, deadline);
    if (!stop || !headIsWhole_ || stop->code != ExitCode::interrupted) return stop;
    interrupt_.close();
    waiter_ = Waiter();
    enough_ = true;
    ::shutdown(fd_, SHUT_WR);
    return std::nullopt;
  }

  Stop take(std::string_view bytes) {
    if (!headIsWhole_) {
      constexpr std::size_t kLongestHead = 16;
      const std::size_t size = bytes.find('\n');
      head_ += bytes.substr(0, size);
      if (head_.size() > kLongestHead) return controlBroken(path_);
      if (size == std::string_view::npos) return std::nullopt;
      headIsWhole_ = true;
      if (done()) agreed_();
      bytes.remove_prefix(size + 1);
    }
    if (done()) return deliver(bytes);
    refusal_ += bytes.substr(0, kMostOfRefusal - refusal_.size());
    return std::nullopt;
  }

  // Writes to the output. While the daemon goes on, the reader has no deadline.
  Stop deliver(std::string_view bytes) {
    while (!bytes.empty()) {
      const bool over = enough_;
      pollfd reader{output_.fd(), POLLOUT, 0};
      pollfd daemon{over ? -1 : fd_, POLLRDHUP, 0};
      if (Stop stop = wait({&reader, &daemon}, over ? Deadline(monoNow() + kToTakeSome) : Deadline())) return stop;
      if (daemon.revents != 0) enough_ = true;
      if (reader.revents == 0 && over) return readerStuck(kToTakeSome);
      if (reader.revents == 0) continue;
      const ssize_t written = output_.writeSome(bytes);
      if (written >= 0)
        bytes.remove_prefix(static_cast<std::size_t>(written));
      else if (errno != EINTR && errno != EAGAIN)
        return outputFailed(errno);
    }
    return std::nullopt;
  }

  const int fd_;
  const std::string& path_;
  Interrupt& interrupt_;
  Waiter waiter_;
  const Output output_;
  const std::function<void()> agreed_;
  bool enough_ = false;  // the answer was ended, by Ctrl-C or by the daemon
  std::string head_;
  bool headIsWhole_ = false;
  std::string refusal_;
};

void tellRefusal(std::string_view text, const Notes& notes) {
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    notes.remark(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
}

}  // namespace

Outcome runControl(const cli::ControlOptions& options, int output, bool terminal, Interrupt& interrupt,
                   const Notes& notes, std::string_view begun) {
  const std::string path = findSocket(options.socket);
  const auto connected = connectTo(path);
  if (const auto* failure = std::get_if<Outcome>(&connected)) return *failure;
  const int fd = std::get<UniqueFd>(connected).get();
  const std::string line = requestLine(options, terminal);
  if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    return controlBroken(path);
  AnswerReader answer(fd, path, output, interrupt, [&] {
    if (!begun.empty()) notes.remark(begun);
  });
  if (Stop stop = answer.run()) return *stop;
  if (answer.done()) return {};
  tellRefusal(answer.refusal(), notes);
  return {ExitCode::refused, "", ""};
}

}  // namespace megaphone::client
