#include "capture_session.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <variant>

#include "control_session.h"
#include "diagnosis.h"
#include "megaphone/base/new_file.h"

namespace megaphone::client {
namespace {

std::variant<UniqueFd, Outcome> newFile(const std::string& name) {
  UniqueFd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return errno == EEXIST ? captureFileIsThere(name) : captureFileFailed(errno, name);
  return fd;
}

// Makes a new file that replaces an existing one, whose contents stay for those who have it open.
std::variant<UniqueFd, Outcome> replacedFile(const std::string& name) {
  auto file = NewFile::make(name);
  if (!file) return captureFileFailed(describe(file.error()), name);
  if (const auto taken = file->takePath(); !taken) return captureFileFailed(describe(taken.error()), name);
  return file->takeDescriptor();
}

std::variant<UniqueFd, Outcome> fileFor(const cli::ControlOptions& options) {
  return options.force ? replacedFile(options.write) : newFile(options.write);
}

std::variant<UniqueFd, Outcome> listenOn(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return systemFailed("socket", errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd.get(), 1) != 0)
    return servingFailed(errno, port);
  return fd;
}

// Accepts one reader, then stops listening.
std::variant<UniqueFd, Outcome> oneReader(std::uint16_t port, const Waiter& waiter, const Notes& notes) {
  const auto listening = listenOn(port);
  if (const auto* failure = std::get_if<Outcome>(&listening)) return *failure;
  const int fd = std::get<UniqueFd>(listening).get();
  notes.remark("waiting for a reader: wireshark -k -i TCP@127.0.0.1:" + std::to_string(port));
  pollfd readable{fd, POLLIN, 0};
  if (const Stop stop = waiter.wait({&readable}, {})) return *stop;
  UniqueFd reader(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!reader) return systemFailed("accept", errno);
  return reader;
}

// Asks the daemon whether it would accept the capture.
Outcome ask(cli::ControlOptions options, Interrupt& interrupt, const Notes& notes) {
  constexpr int kNowhere = -1;
  options.options.emplace_back("check", "yes");
  return runControl(options, kNowhere, false, interrupt, notes);
}

}  // namespace

Outcome runCapture(const cli::ControlOptions& options, Interrupt& interrupt, const Notes& notes) {
  if (options.write.empty() && options.serve == 0) {
    if (::isatty(STDOUT_FILENO) != 0) return captureToTerminal();
    return runControl(options, STDOUT_FILENO, false, interrupt, notes);
  }
  // Asked first: a refused capture must neither replace a file nor wait for a reader.
  if (const Outcome refused = ask(options, interrupt, notes); refused.code != ExitCode::ok) return refused;
  const auto place = options.serve != 0 ? oneReader(options.serve, Waiter(interrupt.fd()), notes) : fileFor(options);
  if (const auto* failure = std::get_if<Outcome>(&place)) return *failure;
  const std::string begun = options.write.empty() ? "" : "capturing into " + options.write + "; Ctrl-C ends it";
  return runControl(options, std::get<UniqueFd>(place).get(), false, interrupt, notes, begun);
}

}  // namespace megaphone::client
