// Ping: asks again and again over a link, and keeps the tally.
#pragma once

#include <optional>
#include <string>

#include "console.h"
#include "megaphone/cli/client_options.h"
#include "ping_link.h"
#include "ping_question.h"
#include "ping_text.h"
#include "status_line.h"

namespace megaphone::client {

class Ping {
 public:
  // REQUIRES: options.ping is there.
  Ping(PingLink& link, const cli::ClientOptions& options, const Console& console);

  // Runs until all questions are answered or overdue, until Ctrl-C, or until the link ends. The figures are in the
  // report, whatever the outcome.
  Outcome run();

 private:
  bool mayAsk(MonoTime now) const;
  bool finished() const { return allAsked() && tally_.waiting() == 0; }
  bool allAsked() const { return ping_.count && tally_.figures().sent >= *ping_.count; }
  Deadline deadline();
  // Asks what may be asked, then sleeps until something happens.
  Stop turn();
  Stop ask(MonoTime now);
  Stop hear();
  Stop judge(const std::string& answer, MonoTime now);
  Stop wrong(const Difference& difference, std::optional<std::uint64_t> number);
  Stop giveUpOverdue(MonoTime now);
  Stop trouble(const PingLink::Result& result);
  Stop tell(const PingEvent& event) const;
  Outcome outcome(const Stop& stop) const;

  PingLink& link_;
  const cli::ClientOptions& options_;
  const cli::PingOptions& ping_;
  const Console& console_;
  std::size_t text_size_;  // of a question without the line feed that ends it on a stream
  bool lines_;             // each event is printed as it happens
  PingTally tally_;
  StatusLine status_;
  PingQuestion question_;  // the last
  MonoTime next_;          // when the next is due
  bool blocked_ = false;
  Stop first_wrong_;
  Stop last_refusal_;
};

}  // namespace megaphone::client
