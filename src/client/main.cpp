// megaphone: from the command line to an exit code. Everything that concerns the whole process happens here.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "dial.h"
#include "session.h"

namespace {

using namespace megaphone;

// A descriptor that the shell closed would be taken by the socket. In its place stands one that fails when it is used.
void fillStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

client::Notes::Level levelOf(cli::ClientOptions::Detail detail) {
  switch (detail) {
    case cli::ClientOptions::Detail::quiet: return client::Notes::Level::quiet;
    case cli::ClientOptions::Detail::verbose: return client::Notes::Level::verbose;
    case cli::ClientOptions::Detail::normal: break;
  }
  return client::Notes::Level::normal;
}

client::Ending run(const cli::ClientOptions& options, const client::Notes& notes) {
  const auto resolved = client::resolve(client::placeOf(options), options.family, notes);
  if (const auto* failure = std::get_if<client::Ending>(&resolved)) return *failure;
  // Only from here on Ctrl-C can be waited for; the look-up blocks.
  const client::Interrupt interrupt = client::Interrupt::open();
  const client::Waiter waiter(interrupt.fd());
  const client::Output output(STDOUT_FILENO, waiter);
  const client::Console console{STDIN_FILENO, ::isatty(STDIN_FILENO) != 0, output, waiter, notes};
  const auto& endpoints = std::get<std::vector<Endpoint>>(resolved);
  const bool tcp = options.protocol == cli::ClientOptions::Protocol::tcp;
  return tcp ? client::runTcp(options, endpoints, console) : client::runUdp(options, endpoints, console);
}

int talk(const cli::ClientOptions& options) {
  const client::Notes notes(STDERR_FILENO, levelOf(options.detail));
  const client::Ending ending = run(options, notes);
  if (const std::string text = ending.text(); !text.empty()) notes.remark(text);
  return static_cast<int>(ending.code);
}

int print(const cli::Print& print) {
  const bool written = std::fputs(print.text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return static_cast<int>(written ? client::ExitCode::ok : client::ExitCode::io);
}

}  // namespace

int main(int argc, char** argv) {
  fillStandardDescriptors();
  std::signal(SIGPIPE, SIG_IGN);
  client::Interrupt::endAtOnce();
  const auto parsed = cli::parseClient(argc, argv);
  if (const auto* text = std::get_if<cli::Print>(&parsed)) return print(*text);
  if (const auto* mistake = std::get_if<cli::UsageError>(&parsed)) {
    std::fputs(cli::format(*mistake, "megaphone").c_str(), stderr);
    return cli::kExitUsage;
  }
  return talk(std::get<cli::ClientOptions>(parsed));
}
