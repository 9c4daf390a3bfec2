// megaphone: from the command line to an exit code. Process-wide state is changed here only.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "capture_session.h"
#include "control_session.h"
#include "lookup.h"
#include "megaphone/base/counted.h"
#include "megaphone/base/standard_streams.h"
#include "ping_text.h"
#include "session.h"

namespace {

using namespace megaphone;

client::Notes::Level levelOf(cli::ClientOptions::Detail detail) {
  switch (detail) {
    case cli::ClientOptions::Detail::quiet: return client::Notes::Level::quiet;
    case cli::ClientOptions::Detail::verbose: return client::Notes::Level::verbose;
    case cli::ClientOptions::Detail::normal: break;
  }
  return client::Notes::Level::normal;
}

client::Answers::Form formOf(const cli::ClientOptions& options) {
  if (options.json) return client::Answers::Form::json;
  const bool tcp = options.protocol == cli::ClientOptions::Protocol::tcp;
  return tcp ? client::Answers::Form::bytes : client::Answers::Form::lines;
}

client::Outcome converse(const cli::ClientOptions& options, const client::Console& console) {
  const auto resolved = client::resolve(options.family, options.lookup_timeout, console);
  if (const auto* failure = std::get_if<client::Outcome>(&resolved)) return *failure;
  const auto& endpoints = std::get<std::vector<Endpoint>>(resolved);
  const bool tcp = options.protocol == cli::ClientOptions::Protocol::tcp;
  return tcp ? client::runTcp(options, endpoints, console) : client::runUdp(options, endpoints, console);
}

// Runs the session with the process's input and clock.
client::Outcome run(const cli::ClientOptions& options, const client::Waiter& waiter, const client::Notes& notes,
                    client::Report& report) {
  const bool named = !options.file.empty() && options.file != "-";
  const UniqueFd file(named ? ::open(options.file.c_str(), O_RDONLY | O_CLOEXEC) : -1);
  if (named && !file) return client::inputFailed(errno, "\"" + options.file + "\"");
  const int input = named ? file.get() : STDIN_FILENO;
  const client::Output output(STDOUT_FILENO, waiter);
  client::Answers answers(output, formOf(options));
  const MonoTime start = monoNow();
  const client::Outcome outcome =
      converse(options, {input, ::isatty(input) != 0, output, answers, waiter, notes, report});
  report.total = monoNow() - start;
  return outcome;
}

void tell(const cli::ClientOptions& options, const client::Outcome& outcome, const client::Report& report,
          const client::Notes& notes) {
  if (const std::string text = outcome.text(); !text.empty()) notes.remark(text);
  notes.show(outcome.exhibit);
  if (options.verify && !options.ping && outcome.code == client::ExitCode::ok) {
    notes.remark("verified " + counted(report.verified_bytes, "byte") + ": all as they should be");
  }
  notes.phase(client::summaryText(report));
}

// Returns the text that follows the answers on the standard output.
std::string lastWords(const cli::ClientOptions& options, const client::Outcome& outcome, const client::Report& report) {
  if (options.json) return client::summaryLine(report, outcome);
  if (!report.ping) return {};
  constexpr std::uint64_t kFewest = 10;  // fewer are better read one by one
  const bool drawn = ::isatty(STDOUT_FILENO) != 0 && report.ping->answered >= kFewest;
  return client::figuresText(*report.ping, report.place, report.total) +
         (drawn ? client::histogramText(report.ping->round_trips) : "");
}

int talk(const cli::ClientOptions& options) {
  const client::Notes notes(STDERR_FILENO, levelOf(options.detail));
  client::Report report;
  report.place = client::placeOf(options);
  client::Interrupt interrupt = client::Interrupt::open();
  client::Outcome outcome = run(options, client::Waiter(interrupt.fd()), notes, report);
  const int signal = interrupt.close();
  const client::Waiter waiter;
  const client::Stop stop = client::Output(STDOUT_FILENO, waiter).write(lastWords(options, outcome, report));
  if (stop && outcome.code == client::ExitCode::ok) outcome = *stop;
  tell(options, outcome, report, notes);
  // Ends by the signal itself, so that a shell leaves its loop, too.
  if (outcome.code == client::ExitCode::interrupted) std::raise(signal);
  return static_cast<int>(outcome.code);
}

int command(const cli::ControlOptions& options) {
  const client::Notes notes(STDERR_FILENO, client::Notes::Level::normal);
  client::Interrupt interrupt = client::Interrupt::open();
  const client::Outcome outcome =
      options.command == "capture"
          ? client::runCapture(options, interrupt, notes)
          : client::runControl(options, STDOUT_FILENO, ::isatty(STDOUT_FILENO) != 0, interrupt, notes);
  const int signal = interrupt.close();
  if (const std::string text = outcome.text(); !text.empty()) notes.remark(text);
  if (outcome.code == client::ExitCode::interrupted) std::raise(signal);
  return static_cast<int>(outcome.code);
}

}  // namespace

int main(int argc, char** argv) {
  openStandardStreams();
  std::signal(SIGPIPE, SIG_IGN);
  const auto parsed = cli::parseClient(argc, argv);
  if (const auto* text = std::get_if<cli::Print>(&parsed)) return cli::print(text->text, "megaphone");
  if (const auto* mistake = std::get_if<cli::UsageError>(&parsed)) {
    std::fputs(cli::format(*mistake, "megaphone").c_str(), stderr);
    return cli::kExitUsage;
  }
  if (const auto* options = std::get_if<cli::ControlOptions>(&parsed)) return command(*options);
  return talk(std::get<cli::ClientOptions>(parsed));
}
