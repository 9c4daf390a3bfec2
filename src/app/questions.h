// Questions: puts one question to several threads at once, and gathers their answers on the main thread.
//
// Threads: a Reply is used on any thread; all else is the main thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "megaphone/base/mono_time.h"
#include "megaphone/uv/handles.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::app {

// The answer of a thread that has nothing to say but that it has come by.
struct Acknowledged {};

// One for each thread, in order; nothing of a thread that did not answer in time.
template <class Answer>
using Answers = std::vector<std::optional<Answer>>;

class Questions {
 public:
  using Number = std::uint64_t;  // never used twice; 0: of no question

  // REQUIRES: the loop outlives it.
  explicit Questions(uv::Loop& main) : main_(main), mail_(main, [this](Mail&& mail) { take(mail); }) {}

  // How the asked threads give their answers. A copyable value. REQUIRES: the Questions live when it is called.
  template <class Answer>
  class Reply {
   public:
    // Gives the answer of that thread; the first one counts. An answer that comes too late is dropped.
    void operator()(std::size_t thread, Answer answer) const {
      questions_->mail_.post({number_, thread, [answers = answers_, thread, answer = std::move(answer)]() mutable {
                                (*answers)[thread] = std::move(answer);
                              }});
    }
    Number number() const { return number_; }

   private:
    friend class Questions;
    Reply(Questions& questions, Number number, std::shared_ptr<Answers<Answer>> answers)
        : questions_(&questions), number_(number), answers_(std::move(answers)) {}

    Questions* questions_;
    Number number_;
    std::shared_ptr<Answers<Answer>> answers_;
  };

  // Begins to wait for `threads` answers. Calls onAnswers(Answers<Answer>) once: when all are there, or after
  // `patience`; without one it waits for ever. The caller hands the reply to the threads.
  template <class Answer, class OnAnswers>
  Reply<Answer> put(std::size_t threads, OnAnswers onAnswers, std::optional<Duration> patience = std::nullopt) {
    auto answers = std::make_shared<Answers<Answer>>(threads);
    const Number number = open(
        threads, [answers, onAnswers = std::move(onAnswers)]() mutable { onAnswers(std::move(*answers)); }, patience);
    return Reply<Answer>(*this, number, std::move(answers));
  }

  // Returns the threads that have not answered; none where the question is over.
  std::vector<std::size_t> missing(Number number) const;

 private:
  struct Open {
    Open(uv::Loop& loop, std::function<void()> onTime) : deadline(loop, std::move(onTime)) {}
    std::vector<bool> answered;
    std::size_t awaited = 0;
    std::function<void()> onEnd;
    uv::Timer deadline;
  };
  struct Mail {
    Number number;
    std::size_t thread;
    std::function<void()> keep;
  };

  Number open(std::size_t threads, std::function<void()> onEnd, std::optional<Duration> patience);
  void take(Mail& mail);
  void end(Number number);

  uv::Loop& main_;
  Number last_ = 0;
  std::map<Number, Open> open_;
  uv::Mailbox<Mail> mail_;
};

}  // namespace megaphone::app
