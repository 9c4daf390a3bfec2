#include <cerrno>
#include <memory>

#include "conversation.h"
#include "dial.h"
#include "input.h"
#include "pump.h"
#include "session.h"

namespace megaphone::client {
namespace {

// A terminal hands out lines of 4096 bytes at most; this is for what only looks like one.
constexpr std::size_t kLongestLine = 64 * 1024;

Ending sendMessages(const std::vector<std::string>& messages, Conversation& conversation) {
  for (const std::string& message : messages) {
    if (conversation.closed()) return conversation.closedEnding();
    if (Stop stop = conversation.ask(message + '\n')) return *stop;
  }
  return conversation.finish().value_or(Ending{});
}

// Waits for the next line, and meanwhile listens to the server. No line: the input or the connection has ended.
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

Ending sendLines(Conversation& conversation, const Console& console) {
  LineInput input(console.input, kLongestLine);
  while (true) {
    console.notes.prompt();
    std::optional<std::string> line;
    const Stop stop = nextLine(input, conversation, console, line);
    if (!line) console.notes.leavePrompt();
    if (stop) return *stop;
    if (conversation.closed()) return conversation.closedEnding();
    if (!line) return conversation.finish().value_or(Ending{});
    if (Stop broken = conversation.ask(*line + '\n')) return *broken;
  }
}

Ending stream(int socket, const Place& place, Duration timeout, const Console& console) {
  const auto pump = std::make_unique<Pump>(console.input, socket, place, timeout, console.output, console.waiter);
  const Stop stop = pump->run();
  console.notes.phase("sent " + std::to_string(pump->sent()) + " bytes, received " + std::to_string(pump->received()));
  return stop.value_or(Ending{});
}

}  // namespace

Place placeOf(const cli::ClientOptions& options) {
  const bool tcp = options.protocol == cli::ClientOptions::Protocol::tcp;
  return {tcp ? Transport::tcp : Transport::udp, options.host, std::to_string(options.port), {}};
}

Ending runTcp(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console) {
  const MonoTime start = monoNow();
  Place place = placeOf(options);
  auto dialled = connectTcp(endpoints, place, options.timeout, console.waiter, console.notes);
  if (auto* failure = std::get_if<Ending>(&dialled)) return *failure;
  const int socket = std::get<UniqueFd>(dialled).get();
  Ending ending;
  if (options.messages.empty() && !console.terminal) {
    ending = stream(socket, place, options.timeout, console);
  } else {
    Conversation conversation(socket, place, options.messages.size(), options.timeout, console.output, console.waiter);
    ending = options.messages.empty() ? sendLines(conversation, console) : sendMessages(options.messages, conversation);
    const std::size_t count = conversation.answered();
    console.notes.phase(std::to_string(count) + (count == 1 ? " message answered" : " messages answered"));
  }
  console.notes.phase("ended after " + since(start));
  return ending;
}

}  // namespace megaphone::client
