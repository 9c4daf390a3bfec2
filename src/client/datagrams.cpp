#include "datagrams.h"

#include <array>
#include <cerrno>

#include "megaphone/uppercase/uppercase.h"
#include "verifier.h"

namespace megaphone::client {
namespace {

std::string capitals(std::string_view text) {
  std::string result(text);
  uppercase::toUpper(result);
  return result;
}

}  // namespace

DatagramExchange::Result DatagramExchange::ask(std::string_view question, Duration timeout) {
  Result result;
  if (question.size() > kLargestDatagram) {
    result.unanswered = messageTooLong(question.size(), kLargestDatagram);
    return result;
  }
  while (true) {
    const MonoTime start = monoNow();
    const NetworkError error = askOnce(question, start + timeout, result);
    result.took = monoNow() - start;
    if (error.errnum == 0 || result.fatal) return result;
    Outcome why = error.errnum == ETIMEDOUT ? answerTimedOut(place(), timeout, 0, question.size())
                                            : connectFailed(error, place());
    missed_ = capitals(question);
    if (!tryNextEndpoint(error.errnum)) {
      result.unanswered = std::move(why);
      return result;
    }
    console_.notes.phase(why.cause);
  }
}

// An address that has answered once is kept, and a silent one may just be slow.
bool DatagramExchange::tryNextEndpoint(int errnum) {
  if (met_ || errnum == ETIMEDOUT || endpoints_.size() == 1) return false;
  socket_.close();
  current_ = (current_ + 1) % endpoints_.size();
  return current_ != 0;
}

NetworkError DatagramExchange::askOnce(std::string_view question, MonoTime end, Result& result) {
  if (!socket_.isOpen()) {
    place().address = endpoints_[current_].text();
    if (NetworkError error = socket_.open(endpoints_[current_]); error.errnum != 0) return error;
  }
  dropLateAnswers();
  bool sent = false;
  while (true) {
    pollfd peer{socket_.fd(), static_cast<short>(sent ? POLLIN : POLLIN | POLLOUT), 0};
    if ((result.fatal = console_.waiter.wait({&peer}, end))) return {};
    if (peer.revents == 0) return {.errnum = ETIMEDOUT};
    if ((peer.revents & POLLOUT) != 0 && !sent) {
      const NetworkError error = socket_.send(question);
      sent = error.errnum == 0;
      if (sent) console_.report.sent(question.size(), monoNow());
      if (!sent && error.errnum != EAGAIN) return error;
    } else if (NetworkError error = receive(question, result); error.errnum != EAGAIN) {
      return error;
    }
  }
}

NetworkError DatagramExchange::receive(std::string_view question, Result& result) {
  std::array<char, 64 * 1024> buffer;
  const auto [error, answer] = socket_.receive(buffer);
  if (error.errnum != 0) return error;
  if (isLate(answer, question)) {
    console_.notes.remark("The answer to an earlier message came late; it is left out.");
    missed_.clear();
    return {.errnum = EAGAIN};
  }
  met_ = true;
  console_.report.received(answer.size(), monoNow());
  result.fatal = console_.answers.piece(answer);
  if (verify_ && !result.fatal) judge(question, answer, result);
  return {};
}

void DatagramExchange::judge(std::string_view question, std::string_view answer, Result& result) {
  Report& report = console_.report;
  const auto difference = compare(question, answer);
  if (!difference) {
    report.verified_bytes += answer.size();
    return;
  }
  if (!report.difference) report.difference = difference;
  const std::string which = "the answer to message " + std::to_string(report.messages);
  result.unanswered = wrongAnswer(*difference, place(), which, console_.notes.colours());
}

// Answers carry no number: only their bytes tell a late answer from one to this question.
bool DatagramExchange::isLate(std::string_view answer, std::string_view question) const {
  return !missed_.empty() && answer == missed_ && answer != capitals(question);
}

void DatagramExchange::dropLateAnswers() {
  constexpr int kBound = 1000;
  std::array<char, 1> byte;
  for (int i = 0; i < kBound; ++i) {
    const int errnum = socket_.receive(byte).error.errnum;
    if (errnum == EAGAIN) return;
    if (errnum == 0) console_.notes.remark("The answer to an earlier message came late; it is left out.");
  }
}

}  // namespace megaphone::client
