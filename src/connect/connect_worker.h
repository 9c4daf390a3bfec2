// ConnectWorker: a thread with its own loop, resolver and name cache, and many jobs at a time. It never waits for one
// of them.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "connect_job.h"
#include "keyed_hash.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/mailbox.h"
#include "resolver.h"

namespace megaphone::connect {

class ConnectWorker final : public ConnectJob::Owner {
 public:
  ConnectWorker(unsigned index, Resolver::Options dns, KeyedHash hash, std::vector<std::uint16_t> ownPorts,
                capture::Lane* lane);
  ConnectWorker(const ConnectWorker&) = delete;
  ConnectWorker& operator=(const ConnectWorker&) = delete;
  // Ends its jobs without an answer and joins its thread.
  ~ConnectWorker();

  struct Change {
    config::Dns dns;
    std::size_t maxNamesAsked;
    std::vector<std::uint16_t> ownPorts;
  };

  // Any thread.
  void change(Change change) { orders_.post(std::move(change)); }
  void submit(Order order) { orders_.post(std::move(order)); }
  void cancel(OutcomeMailbox& mailbox, JobId id) { orders_.post(Cancel{&mailbox, id}); }
  // `onPresent` is called with the worker's index on its thread.
  void ask(std::function<void(unsigned)> onPresent) { orders_.post(Ask{std::move(onPresent)}); }
  // That its cache holds.
  std::size_t names() const { return resolver_.names(); }

 private:
  using JobKey = std::pair<const OutcomeMailbox*, JobId>;
  struct JobKeyHash {
    std::size_t operator()(const JobKey& key) const;
    KeyedHash hash;
  };
  struct Cancel {
    const OutcomeMailbox* mailbox;
    JobId id;
  };
  struct Ask {
    std::function<void(unsigned)> onPresent;
  };
  struct Stop {};
  using Mail = std::variant<Order, Cancel, Change, Ask, Stop>;

  void run();
  void onMail(Mail&& mail);
  void begin(Order order);
  void onJobEnded(ConnectJob& job) override;

  const unsigned index_;
  capture::Lane* const lane_;  // null: nothing is captured
  uv::Loop loop_;
  std::vector<std::uint16_t> ownPorts_;
  Resolver resolver_;
  std::unordered_map<JobKey, std::unique_ptr<ConnectJob>, JobKeyHash> jobs_;
  uv::Mailbox<Mail> orders_;
  std::thread thread_;
};

}  // namespace megaphone::connect
