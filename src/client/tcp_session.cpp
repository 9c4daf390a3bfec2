#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "conversation.h"
#include "dial.h"
#include "input.h"
#include "patience.h"
#include "ping.h"
#include "pump.h"
#include "session.h"

namespace megaphone::client {
namespace {

// A terminal hands out lines of 4096 bytes at most; this is for what only looks like one.
constexpr std::size_t kLongestLine = 64 * 1024;

Outcome sendMessages(const std::vector<std::string>& messages, Conversation& conversation) {
  for (const std::string& message : messages) {
    if (conversation.closed()) return conversation.closedOutcome();
    if (Stop stop = conversation.ask(message + '\n')) return *stop;
  }
  return conversation.finish().value_or(Outcome{});
}

// Waits for the next line, and meanwhile receives from the server. No line: the input or the connection has ended.
Stop nextLine(LineInput& input, Conversation& conversation, const Console& console, std::optional<std::string>& line) {
  while (!(line = input.next()) && !input.ended() && !conversation.closed()) {
    if (input.tooLong()) return inputFailed(EMSGSIZE);
    pollfd typed{input.fd(), POLLIN, 0};
    pollfd peer{conversation.socket(), POLLIN, 0};
    if (Stop stop = console.waiter.wait({&typed, &peer}, {})) return stop;
    if (peer.revents != 0) {
      if (Stop stop = conversation.listen()) return stop;
    } else if (Stop stop = input.read()) {
      return stop;
    }
  }
  return std::nullopt;
}

Outcome sendLines(Conversation& conversation, const Console& console) {
  LineInput input(console.input, kLongestLine);
  while (true) {
    console.notes.prompt();
    std::optional<std::string> line;
    const Stop stop = nextLine(input, conversation, console, line);
    if (!line) console.notes.leavePrompt();
    if (stop) return *stop;
    if (conversation.closed()) return conversation.closedOutcome();
    if (!line) return conversation.finish().value_or(Outcome{});
    if (Stop broken = conversation.ask(*line + '\n')) return *broken;
  }
}

// Returns the number of bytes to send, if the input is a file.
std::optional<std::uint64_t> inputSize(int input) {
  struct stat status {};
  if (::fstat(input, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const off_t begin = ::lseek(input, 0, SEEK_CUR);
  if (begin < 0 || begin > status.st_size) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size - begin);
}

// With --json the standard output has objects only; the bytes of a stream are counted, and compared if wanted.
Outcome stream(int socket, const cli::ClientOptions& options, const Console& console) {
  const UniqueFd nowhere(options.json ? ::open("/dev/null", O_WRONLY | O_CLOEXEC) : -1);
  const Output sink(nowhere.get(), console.waiter);
  const bool free_terminal = options.json || ::isatty(console.output.fd()) == 0;
  Progress progress(free_terminal ? console.notes.terminal() : -1, inputSize(console.input), monoNow());
  const auto pump =
      std::make_unique<Pump>(socket, options.timeout, options.json ? sink : console.output, console, progress);
  if (options.verify) pump->verify();
  return pump->run().value_or(Outcome{});
}

Outcome converse(int socket, const cli::ClientOptions& options, const Console& console) {
  const auto& messages = options.messages;
  Conversation conversation(socket, {messages.size(), options.timeout, options.verify}, console);
  return messages.empty() ? sendLines(conversation, console) : sendMessages(messages, conversation);
}

std::variant<UniqueFd, Outcome> connectPatiently(const cli::ClientOptions& options,
                                                 const std::vector<Endpoint>& endpoints, const Console& console) {
  Patience patience(options.wait, console.waiter, console.notes);
  while (true) {
    auto dialled = connectTcp(endpoints, patience.within(options.timeout), console);
    auto* failure = std::get_if<Outcome>(&dialled);
    if (!failure || !patience.again(*failure)) return dialled;
    if (Stop stop = patience.pause()) return *stop;
  }
}

}  // namespace

Place placeOf(const cli::ClientOptions& options) {
  const bool tcp = options.protocol == cli::ClientOptions::Protocol::tcp;
  return {tcp ? Transport::tcp : Transport::udp, options.host, std::to_string(options.port), {}};
}

Outcome runTcp(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console) {
  auto dialled = connectPatiently(options, endpoints, console);
  if (auto* failure = std::get_if<Outcome>(&dialled)) return *failure;
  if (options.ping) {
    const auto link = streamLink(std::move(std::get<UniqueFd>(dialled)), options.ping->size);
    return Ping(*link, options, console).run();
  }
  const int socket = std::get<UniqueFd>(dialled).get();
  const bool streams = options.messages.empty() && !console.terminal;
  return streams ? stream(socket, options, console) : converse(socket, options, console);
}

}  // namespace megaphone::client
