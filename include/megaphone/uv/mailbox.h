// Mailbox<Mail>: passes values from any thread to one loop. Descriptors, settings and results cross threads this way
// only (architecture.md, Threads).
//
// Mail is a movable value that owns its contents: if it is never delivered, its destructor closes its descriptors.
#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "megaphone/uv/loop.h"

namespace megaphone::uv {

// Wakes a loop from any thread. Wakes before the loop handles the first one are merged.
class Wakeup {
 public:
  Wakeup(Loop& loop, std::function<void()> onWake);
  // Has `onWake` called on the loop's thread. Any thread. REQUIRES: the Wakeup is alive.
  void wake();

  struct Box;

 private:
  struct Closer {
    void operator()(Box* box) const;
  };
  std::unique_ptr<Box, Closer> box_;
};

template <class Mail>
class Mailbox {
 public:
  // Calls `onMail` on the loop's thread, once per mail; mail of one sender in the order of posting.
  Mailbox(Loop& loop, std::function<void(Mail&&)> onMail)
      : onMail_(std::move(onMail)), wakeup_(loop, [this] { deliver(); }) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Any thread. REQUIRES: the mailbox is alive (mailboxes are destroyed last).
  void post(Mail mail) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = waiting_.empty();
      waiting_.push_back(std::move(mail));
    }
    if (first) wakeup_.wake();  // one wake per batch
  }

 private:
  void deliver() {
    {
      const std::lock_guard lock(mutex_);
      batch_.swap(waiting_);
    }
    for (Mail& mail : batch_) onMail_(std::move(mail));
    batch_.clear();
  }

  std::function<void(Mail&&)> onMail_;
  std::mutex mutex_;
  std::vector<Mail> waiting_;  // guarded by mutex_
  std::vector<Mail> batch_;    // the loop's thread only
  Wakeup wakeup_;
};

}  // namespace megaphone::uv
