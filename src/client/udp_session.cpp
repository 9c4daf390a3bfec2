#include "datagrams.h"
#include "input.h"
#include "session.h"

namespace megaphone::client {
namespace {

constexpr std::size_t kUnfragmented = 1472;  // Ethernet's 1500 less the IPv4 and UDP headers

// Asks one question after the other; one that stays without an answer does not keep the next from being asked.
class Interview {
 public:
  Interview(DatagramExchange& exchange, const Notes& notes) : exchange_(exchange), notes_(notes) {}

  Stop ask(std::string_view question) {
    warnAboutFragments(question.size());
    DatagramExchange::Result result = exchange_.ask(question);
    if (!result.unanswered) return result.fatal;
    notes_.remark(result.unanswered->text());
    if (first_failure_ == ExitCode::ok) first_failure_ = result.unanswered->code;
    return std::nullopt;
  }
  // The program's end: the first failure counts, and its words have been said.
  Ending ending() const { return {first_failure_, {}, {}}; }
  bool failed() const { return first_failure_ != ExitCode::ok; }

 private:
  void warnAboutFragments(std::size_t bytes) {
    if (bytes <= kUnfragmented || bytes > kLargestDatagram || warned_) return;
    warned_ = true;
    notes_.remark("More than 1472 bytes travel in fragments; one lost fragment loses the whole datagram.");
  }

  DatagramExchange& exchange_;
  const Notes& notes_;
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

Ending sendLines(Interview& interview, const Console& console) {
  LineInput input(console.input, kLargestDatagram);
  while (true) {
    if (console.terminal) console.notes.prompt();
    std::optional<std::string> line;
    const Stop stop = nextLine(input, console, line);
    if (!line && console.terminal) console.notes.leavePrompt();
    if (stop) return *stop;
    if (!line) return interview.ending();
    if (Stop broken = interview.ask(*line)) return *broken;
    // A person may start the server meanwhile; a program shall learn at once that nobody listens.
    if (interview.failed() && !console.terminal && interview.ending().code != ExitCode::timeout) {
      return interview.ending();
    }
  }
}

}  // namespace

Ending runUdp(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console) {
  DatagramExchange exchange(endpoints, placeOf(options), options.timeout, console.output, console.waiter,
                            console.notes);
  Interview interview(exchange, console.notes);
  if (options.messages.empty()) return sendLines(interview, console);
  for (const std::string& message : options.messages) {
    if (Stop stop = interview.ask(message)) return *stop;
  }
  return interview.ending();
}

}  // namespace megaphone::client
