// Workers: the threads that do the work, event loops and connect workers; the orders to them and their reports.
// Everything here is called on the main thread.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "figures.h"
#include "liveness_check.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/server/loop_worker.h"
#include "megaphone/uv/mailbox.h"
#include "socket_table.h"

namespace megaphone::app {

class WorkersSink {
 public:
  virtual void onAllChanged() = 0;                   // every change() is in force on every loop
  virtual void onAllCapturing() = 0;                 // every capture() is in force on every loop
  virtual void onAllDrained() = 0;                   // every session has ended after drain()
  virtual void onAllPresent() = 0;                   // every thread has answered callRoll()
  virtual void onListed(server::Listed listed) = 0;  // one loop's answer to list()

 protected:
  ~WorkersSink() = default;
};

class Workers final : private server::LoopReports {
 public:
  // Starts the connect workers, and the loops with start(). Throws Shortage. REQUIRES: log, captures and sink outlive
  // the crew; captures have lanesFor() lanes. `own`: this machine's addresses.
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

  // Asks every loop and worker whether it still goes round; onAllPresent() follows. Nothing happens while missing().
  void callRoll();
  // The names of the threads that have been asked and do not answer.
  std::vector<std::string> missing() const;
  // Read without waking any of them.
  Figures figures() const;
  // As the listeners stand now. REQUIRES: change() was called.
  const server::Listeners& listeners() const { return *listeners_; }
  // onListed() follows once for each loop that goes round.
  void list(std::uint64_t question, std::size_t most);
  std::size_t loops() const { return loops_.size(); }

 private:
  struct Changed {};
  struct Capturing {};
  struct Drained {};
  struct Short {
    std::shared_ptr<const server::Admissions> listener;
  };
  struct Present {
    std::size_t thread;  // the loops stand before the workers
  };
  using Report = std::variant<Changed, Capturing, Drained, Short, server::Waiting, Present, server::Listed>;
  void onChanged() override { reports_.post(Changed{}); }
  void onCapturing() override { reports_.post(Capturing{}); }
  void onDrained() override { reports_.post(Drained{}); }
  void onShort(std::shared_ptr<const server::Admissions> listener) override {
    reports_.post(Short{std::move(listener)});
  }
  void onWaiting(server::Waiting waiting) override { reports_.post(std::move(waiting)); }
  void onListed(server::Listed listed) override { reports_.post(std::move(listed)); }
  void onPresent(unsigned loop) override { reports_.post(Present{loop}); }
  void on(const Changed&);
  void on(const Capturing&);
  void on(const Drained&);
  void on(const Short& report);
  void on(const server::Waiting& waiting);
  void on(const Present& report);
  void on(server::Listed& listed);

  WorkersSink& sink_;
  observe::AccessLog& log_;
  const capture::Captures& captures_;
  const access::OwnAddressesPtr own_;
  const std::string tag_;
  uv::Mailbox<Report> reports_;
  server::ListenersPtr listeners_;
  std::unique_ptr<connect::ConnectPool> pool_;
  server::IdleTally tally_;
  std::vector<std::unique_ptr<server::LoopWorker>> loops_;
  std::size_t awaited_ = 0;           // reports of `changed`
  std::size_t capturingAwaited_ = 0;  // and of `capturing`
  std::size_t drained_ = 0;
  LivenessCheck roll_;
};

}  // namespace megaphone::app
