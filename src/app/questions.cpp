#include "questions.h"

namespace megaphone::app {

Questions::Number Questions::open(std::size_t threads, std::function<void()> onEnd, std::optional<Duration> patience) {
  const Number number = ++last_;
  Open& question = open_.try_emplace(number, main_, [this, number] { end(number); }).first->second;
  question.answered.assign(threads, false);
  question.awaited = threads;
  question.onEnd = std::move(onEnd);
  if (patience) question.deadline.start(*patience);
  return number;
}

void Questions::take(Mail& mail) {
  const auto found = open_.find(mail.number);
  if (found == open_.end() || found->second.answered[mail.thread]) return;
  found->second.answered[mail.thread] = true;
  mail.keep();
  if (--found->second.awaited == 0) end(mail.number);
}

// Erased first: onEnd may ask again.
void Questions::end(Number number) {
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  const std::function<void()> onEnd = std::move(found->second.onEnd);
  open_.erase(found);
  if (onEnd) onEnd();
}

std::vector<std::size_t> Questions::missing(Number number) const {
  std::vector<std::size_t> threads;
  const auto found = open_.find(number);
  if (found == open_.end()) return threads;
  const std::vector<bool>& answered = found->second.answered;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    if (!answered[i]) threads.push_back(i);
  }
  return threads;
}

}  // namespace megaphone::app
