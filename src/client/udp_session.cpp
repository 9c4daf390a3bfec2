#include "datagrams.h"
#include "input.h"
#include "patience.h"
#include "ping.h"
#include "session.h"

namespace megaphone::client {
namespace {

constexpr std::size_t kUnfragmented = 1472;  // Ethernet's 1500 less the IPv4 and UDP headers

// Asks one question after the other, the next one also after one without an answer.
class Interview {
 public:
  Interview(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console)
      : exchange_(endpoints, options.verify, console),
        timeout_(options.timeout),
        patience_(options.wait, console.waiter, console.notes),
        console_(console) {}

  Stop ask(std::string_view question) {
    warnAboutFragments(question.size());
    ++console_.report.messages;
    DatagramExchange::Result result = askPatiently(question);
    if (result.fatal) return result.fatal;
    if (!result.unanswered) {
      ++console_.report.answered;
      return console_.answers.complete(question, result.took);
    }
    console_.notes.remark(result.unanswered->text());
    console_.notes.show(result.unanswered->exhibit);
    if (first_failure_ == ExitCode::ok) first_failure_ = result.unanswered->code;
    return console_.answers.failed(question, *result.unanswered);
  }
  // Returns the program's outcome: that of the first failure, whose text is printed already.
  Outcome outcome() const { return {first_failure_, {}, {}}; }
  bool failed() const { return first_failure_ != ExitCode::ok; }

 private:
  // Only a server that never answered may still have to be started.
  DatagramExchange::Result askPatiently(std::string_view question) {
    while (true) {
      DatagramExchange::Result result = exchange_.ask(question, patience_.within(timeout_));
      if (!result.unanswered || exchange_.met() || !patience_.again(*result.unanswered)) return result;
      if ((result.fatal = patience_.pause())) return result;
    }
  }
  void warnAboutFragments(std::size_t bytes) {
    if (bytes <= kUnfragmented || bytes > kLargestDatagram || warned_) return;
    warned_ = true;
    console_.notes.remark("More than 1472 bytes travel in fragments; one lost fragment loses the whole datagram.");
  }

  DatagramExchange exchange_;
  Duration timeout_;
  Patience patience_;
  const Console& console_;
  ExitCode first_failure_ = ExitCode::ok;
  bool warned_ = false;
};

Stop nextLine(LineInput& input, const Console& console, std::optional<std::string>& line) {
  while (!(line = input.next()) && !input.ended()) {
    if (input.tooLong()) return messageTooLong(input.held(), kLargestDatagram);
    pollfd readable{input.fd(), POLLIN, 0};
    if (Stop stop = console.waiter.wait({&readable}, {})) return stop;
    if (Stop stop = input.read()) return stop;
  }
  return std::nullopt;
}

Outcome sendLines(Interview& interview, const Console& console) {
  LineInput input(console.input, kLargestDatagram);
  while (true) {
    if (console.terminal) console.notes.prompt();
    std::optional<std::string> line;
    const Stop stop = nextLine(input, console, line);
    if (!line && console.terminal) console.notes.leavePrompt();
    if (stop) return *stop;
    if (!line) return interview.outcome();
    if (Stop broken = interview.ask(*line)) return *broken;
    // A person may start the server meanwhile; a program fails at once if the port is closed.
    if (interview.failed() && !console.terminal && interview.outcome().code != ExitCode::timeout) {
      return interview.outcome();
    }
  }
}

Outcome ping(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console) {
  NetworkError error;
  const auto link = datagramLink(endpoints, error);
  console.report.place.address = endpoints.front().text();
  return link ? Ping(*link, options, console).run() : connectFailed(error, console.report.place);
}

}  // namespace

Outcome runUdp(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console) {
  if (options.ping) return ping(options, endpoints, console);
  Interview interview(options, endpoints, console);
  if (options.messages.empty()) return sendLines(interview, console);
  for (const std::string& message : options.messages) {
    if (Stop stop = interview.ask(message)) return *stop;
  }
  return interview.outcome();
}

}  // namespace megaphone::client
