// Crew: the threads that do the work, event loops and connect workers; the orders to them and their reports. Everything
// here is called on the main thread.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/access_log.h"
#include "megaphone/server/loop_worker.h"
#include "megaphone/uv/mailbox.h"
#include "socket_table.h"

namespace megaphone::app {

class CrewSink {
 public:
  virtual void onAllChanged() = 0;  // every change() is in force on every loop
  virtual void onAllDrained() = 0;  // every session has ended after drain()

 protected:
  ~CrewSink() = default;
};

class Crew final : private server::LoopReports {
 public:
  // Starts the connect workers, and the loops with start(). REQUIRES: log and sink outlive the crew.
  Crew(uv::Loop& main, const config::Settings& settings, unsigned loops, observe::AccessLog& log, CrewSink& sink);
  // Ends all of them, at once.
  ~Crew();

  void start();
  // Gives the settings and the plan's sockets to all; onAllChanged() follows.
  void change(const config::SettingsPtr& settings, SocketTable::Plan& plan);
  void drain();

 private:
  struct Changed {};
  struct Drained {};
  struct Short {
    std::shared_ptr<const server::Admissions> listener;
  };
  using Report = std::variant<Changed, Drained, Short>;
  void onChanged() override { reports_.post(Changed{}); }
  void onDrained() override { reports_.post(Drained{}); }
  void onShort(std::shared_ptr<const server::Admissions> listener) override {
    reports_.post(Short{std::move(listener)});
  }
  void on(const Changed&);
  void on(const Drained&);
  void on(const Short& report);

  CrewSink& sink_;
  const std::string tag_;
  uv::Mailbox<Report> reports_;
  server::ListenersPtr listeners_;
  std::unique_ptr<connect::ConnectPool> pool_;
  std::vector<std::unique_ptr<server::LoopWorker>> loops_;
  std::size_t awaited_ = 0;  // reports of `changed`
  std::size_t drained_ = 0;
};

}  // namespace megaphone::app
