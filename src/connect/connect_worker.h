// ConnectWorker: a thread with its own loop, resolver and name cache, and many jobs at a time, none of which blocks it.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <variant>

#include "connect_jobs.h"
#include "megaphone/base/keyed_hash.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/mailbox.h"
#include "resolver.h"

namespace megaphone::connect {

class ConnectWorker {
 public:
  ConnectWorker(unsigned index, Resolver::Options dns, KeyedHash hash, capture::Lane* lane);
  ConnectWorker(const ConnectWorker&) = delete;
  ConnectWorker& operator=(const ConnectWorker&) = delete;
  // Ends its jobs without an outcome and joins its thread.
  ~ConnectWorker();

  struct Change {
    config::Dns dns;
    std::size_t maxNamesAsked;
  };

  // Replaces its settings. Any thread.
  void change(Change change) { orders_.post(std::move(change)); }
  void submit(Order order) { orders_.post(std::move(order)); }
  void cancel(OutcomeMailbox& mailbox, JobId id) { orders_.post(Cancel{&mailbox, id}); }
  // Has `onPresent` called with the worker's index on its thread. Any thread.
  void ask(std::function<void(unsigned)> onPresent) { orders_.post(Ask{std::move(onPresent)}); }
  // Returns the number of names in its cache. Any thread.
  std::size_t names() const { return resolver_.names(); }

 private:
  struct Cancel {
    const OutcomeMailbox* mailbox;
    JobId id;
  };
  struct Ask {
    std::function<void(unsigned)> onPresent;
  };
  struct Stop {};
  using Mail = std::variant<Order, Cancel, Change, Ask, Stop>;

  void onMail(Mail&& mail);

  const unsigned index_;
  uv::Loop loop_;
  Resolver resolver_;
  ConnectJobs jobs_;
  uv::Mailbox<Mail> orders_;
  std::thread thread_;
};

}  // namespace megaphone::connect
