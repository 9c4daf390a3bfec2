// Workers: the threads that do the work, event loops and connect workers; the orders and questions to them.
// Everything here is called on the main thread.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "figures.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/observe/counter_book.h"
#include "megaphone/server/loop_worker.h"
#include "megaphone/uv/mailbox.h"
#include "questions.h"
#include "socket_table.h"

namespace megaphone::app {

class WorkersSink {
 public:
  virtual void onAllChanged() = 0;    // every change() is in force on every loop
  virtual void onAllCapturing() = 0;  // every capture() is in force on every loop
  virtual void onAllDrained() = 0;    // every session has ended after drain()
  virtual void onAllPresent() = 0;    // every thread has answered checkLiveness()

 protected:
  ~WorkersSink() = default;
};

class Workers final : private server::LoopReports {
 public:
  // Starts the connect workers, and the loops with start(). Throws Shortage. REQUIRES: log, captures and sink outlive
  // the workers; captures have lanesFor() lanes. `own`: this machine's addresses.
  Workers(uv::Loop& main, const config::Settings& settings, unsigned loops, observe::AccessLog& log,
          capture::Captures& captures, access::OwnAddressesPtr own, WorkersSink& sink);
  // Ends all of them, at once.
  ~Workers();
  static std::size_t lanesFor(const config::Settings& settings, unsigned loops) {
    return loops + settings.daemon.connect_workers;
  }

  Result<void> start();
  // Gives the settings and the plan's sockets to all; onAllChanged() follows.
  void change(const config::SettingsPtr& settings, SocketTable::Plan& plan);
  void drain();
  // Gives every loop what captures want now; onAllCapturing() follows.
  void capture(const capture::WantedPtr& wanted);

  // Calls function(loop) once on each loop's thread, and onAnswers(Answers<...>) with what it has returned there: when
  // all are there, or after `patience`. `function` is copied, and is called by many threads at once.
  template <class Function, class OnAnswers>
  void ask(Function function, OnAnswers onAnswers, Duration patience) {
    using Answer = std::invoke_result_t<const Function&, server::LoopContext&>;
    const auto reply = questions_.put<Answer>(loops_.size(), std::move(onAnswers), patience);
    for (std::size_t i = 0; i < loops_.size(); ++i)
      loops_[i]->run([=](server::LoopContext& loop) { reply(i, function(loop)); });
  }
  // Asks every loop and worker whether it still goes round; onAllPresent() follows. Nothing happens while missing():
  // a thread that is stuck is not sent a second question.
  void checkLiveness();
  // The names of the threads that have been asked and do not answer.
  std::vector<std::string> missing() const;
  // Read without waking any of them.
  Figures figures() const;
  // As the listeners stand now. REQUIRES: change() was called.
  const server::Listeners& listeners() const { return *listeners_; }

 private:
  struct Short {
    std::shared_ptr<const server::Admissions> listener;
  };
  using Report = std::variant<Short, server::Waiting>;
  void onShort(std::shared_ptr<const server::Admissions> listener) override {
    reports_.post(Short{std::move(listener)});
  }
  void onWaiting(server::Waiting waiting) override { reports_.post(std::move(waiting)); }
  void on(const Short& report);
  void on(const server::Waiting& waiting);
  // Returns the function that a loop calls when it has done its order; `onAll` follows the last call.
  template <class OnAll>
  auto acknowledgements(OnAll onAll) {
    return questions_.put<Acknowledged>(loops_.size(), [onAll](const auto&) { onAll(); });
  }

  WorkersSink& sink_;
  observe::AccessLog& log_;
  const capture::Captures& captures_;
  const access::OwnAddressesPtr own_;
  const std::string tag_;
  uv::Mailbox<Report> reports_;
  Questions questions_;
  server::ListenersPtr listeners_;
  std::unique_ptr<connect::ConnectPool> pool_;
  server::IdleTally tally_;
  observe::CounterBook book_;
  std::vector<std::unique_ptr<server::LoopWorker>> loops_;
  std::size_t changes_ = 0;         // that are not in force everywhere
  std::size_t capturings_ = 0;      // the same of captures
  Questions::Number liveness_ = 0;  // the last one; the loops stand before the workers
};

}  // namespace megaphone::app
