#include "ping.h"

#include <algorithm>
#include <cerrno>
#include <random>

#include "datagram_socket.h"
#include "verifier.h"

namespace megaphone::client {
namespace {

// The most questions, or answers, in one turn.
constexpr int kAtOnce = 256;

PingEvent::Kind kindOf(PingTally::Kind kind) {
  switch (kind) {
    case PingTally::Kind::first: return PingEvent::Kind::answer;
    case PingTally::Kind::reordered: return PingEvent::Kind::reordered;
    case PingTally::Kind::duplicate: return PingEvent::Kind::duplicate;
    case PingTally::Kind::stray: break;
  }
  return PingEvent::Kind::stray;
}

}  // namespace

Ping::Ping(PingLink& link, const cli::ClientOptions& options, const Console& console)
    : link_(link),
      options_(options),
      ping_(*options.ping),
      console_(console),
      text_size_(console.report.place.transport == Transport::tcp ? ping_.size - 1 : ping_.size),
      lines_(!ping_.window && options.detail != cli::ClientOptions::Detail::quiet),
      tally_(options.timeout),
      status_(lines_ ? -1 : console.notes.terminal(), monoNow()),
      next_(monoNow()) {
  question_.run = std::random_device()();
}

Outcome Ping::run() {
  console_.report.place.address = link_.endpoint().text();
  Stop stop;
  if (lines_ && !options_.json) {
    stop = console_.output.write("Asking " + console_.report.place.text() + ", " + counted(ping_.size, "byte") +
                                 " each time; Ctrl-C ends it\n");
  }
  while (!stop && !finished()) stop = turn();
  tally_.finish(monoNow());
  console_.report.ping = tally_.figures();
  return outcome(stop);
}

bool Ping::mayAsk(MonoTime now) const {
  if (allAsked() || link_.busy() || blocked_) return false;
  return ping_.window ? tally_.waiting() < *ping_.window : now >= next_;
}

Deadline Ping::deadline() {
  Deadline first = earlier(tally_.due(), status_.due());
  if (!ping_.window && !allAsked()) first = earlier(first, next_);
  return first;
}

Stop Ping::turn() {
  for (int i = 0; i < kAtOnce && mayAsk(monoNow()); ++i) {
    if (Stop stop = ask(monoNow())) return stop;
  }
  const bool writes = link_.busy() || blocked_;
  pollfd peer{link_.fd(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
  if (Stop stop = console_.waiter.wait({&peer}, deadline())) return stop;
  if ((peer.revents & POLLOUT) != 0) {
    blocked_ = false;
    if (link_.busy()) {
      if (Stop stop = trouble(link_.push())) return stop;
    }
  }
  if ((peer.revents & ~POLLOUT) != 0) {
    if (Stop stop = hear()) return stop;
  }
  const MonoTime now = monoNow();
  if (status_.isDue(now)) {
    const PingFigures& figures = tally_.figures();
    status_.show(std::to_string(figures.sent) + " sent, " + std::to_string(figures.answered) + " answered", now);
  }
  return giveUpOverdue(now);
}

Stop Ping::ask(MonoTime now) {
  question_.number = tally_.figures().sent + 1;
  question_.sent = now;
  const PingLink::Result result = link_.send(question_.text(text_size_));
  blocked_ = result.kind == PingLink::Result::Kind::not_now;
  if (result.kind != PingLink::Result::Kind::done) return trouble(result);
  console_.report.sent(ping_.size, now);
  tally_.send(now);
  // Late by more than an interval, as after a suspend: no burst makes up for it.
  next_ = std::max(next_ + ping_.interval, now - ping_.interval);
  return std::nullopt;
}

Stop Ping::hear() {
  std::string answer;
  for (int i = 0; i < kAtOnce && !finished(); ++i) {
    const PingLink::Result result = link_.receive(answer);
    if (result.kind == PingLink::Result::Kind::not_now) return std::nullopt;
    Stop stop = result.kind == PingLink::Result::Kind::done ? judge(answer, monoNow()) : trouble(result);
    if (stop) return stop;
  }
  return std::nullopt;
}

Stop Ping::judge(const std::string& answer, MonoTime now) {
  console_.report.received(answer.size() + (ping_.size - text_size_), now);
  const auto asked = PingQuestion::of(answer);
  if (!asked) {
    // It may be an answer to any; the last question is the likeliest.
    const auto difference = compare(question_.text(text_size_), answer);
    return difference ? wrong(*difference, std::nullopt) : std::nullopt;
  }
  if (asked->run != question_.run) {
    tally_.stray();
    return tell({PingEvent::Kind::stray, asked->number});
  }
  if (const auto difference = compare(asked->text(text_size_), answer)) return wrong(*difference, asked->number);
  console_.report.verified_bytes += ping_.size;
  return tell({kindOf(tally_.answered(asked->number, asked->sent, now)), asked->number, now - asked->sent});
}

Stop Ping::wrong(const Difference& difference, std::optional<std::uint64_t> number) {
  tally_.wrong(number);
  if (!first_wrong_) {
    const std::string which = number ? "the answer to question " + std::to_string(*number) : "an answer";
    console_.report.difference = difference;
    first_wrong_ = wrongAnswer(difference, console_.report.place, which, console_.notes.colours());
  }
  return tell({PingEvent::Kind::wrong, number});
}

Stop Ping::giveUpOverdue(MonoTime now) {
  while (const auto number = tally_.expire(now)) {
    if (Stop stop = tell({PingEvent::Kind::overdue, number})) return stop;
  }
  return std::nullopt;
}

// Handles what is not an answer. Errors of the network may pass; those of this machine, or the end of a stream, do not.
Stop Ping::trouble(const PingLink::Result& result) {
  const Place& place = console_.report.place;
  using Kind = PingLink::Result::Kind;
  if (result.kind == Kind::done || result.kind == Kind::not_now) return std::nullopt;
  const bool tcp = place.transport == Transport::tcp;
  const std::uint64_t answered = tally_.figures().answered;
  if (result.kind == Kind::closed) return closedBetween(place, answered, std::max(tally_.figures().sent, answered + 1));
  if (tcp) return transferFailed(result.error.errnum, place);
  if (result.error.errnum == EMSGSIZE) return messageTooLong(ping_.size, kLargestDatagram);
  if (answered == 0 && link_.next()) {
    console_.notes.phase(connectFailed(result.error, place).cause);
    console_.report.place.address = link_.endpoint().text();
    tally_ = PingTally(options_.timeout);
    next_ = monoNow();
    return std::nullopt;
  }
  if (result.error.local) return connectFailed(result.error, place);
  tally_.failed();
  last_refusal_ = connectFailed(result.error, place);
  if (!lines_ || options_.json) return std::nullopt;
  return console_.output.write(last_refusal_->cause + "\n");
}

Stop Ping::tell(const PingEvent& event) const {
  if (!lines_) return std::nullopt;
  return console_.output.write(options_.json ? eventLine(event) : eventText(event, ping_.size, console_.report.place));
}

// The figures decide; Ctrl-C is the usual way to end.
Outcome Ping::outcome(const Stop& stop) const {
  if (first_wrong_) return *first_wrong_;
  if (stop && stop->code != ExitCode::interrupted) return *stop;
  const PingFigures& figures = tally_.figures();
  if (figures.lost() == 0) return {};
  if (figures.answered > 0) return {ExitCode::missing, {}, {}};
  if (last_refusal_) return *last_refusal_;
  return answerTimedOut(console_.report.place, options_.timeout, 0, ping_.size);
}

}  // namespace megaphone::client
