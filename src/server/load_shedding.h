// LoadShedding: what a loop does when descriptors, or the places of a listener, run short. Idle connections give way
// first, the longest idle before the others, at either side; other loops are asked to do the same; who still finds no
// room is told so or waits.
#pragma once

#include <functional>
#include <memory>

#include "deadlines.h"
#include "idle_origins.h"
#include "megaphone/base/descriptor_marks.h"
#include "megaphone/base/intrusive_list.h"

namespace megaphone::server {

class Admissions;
class Session;

class LoadShedding {
 public:
  LoadShedding(uv::Loop& loop, IntrusiveList<Session>& sessions, IdleOrigins& origins, const DescriptorMarks& marks)
      : loop_(loop), sessions_(sessions), origins_(origins), marks_(marks) {}
  // Asks the other loops to giveWay(). Called at most every few milliseconds.
  using Ask = std::function<void(std::shared_ptr<const Admissions> listener)>;
  void askOthersBy(Ask ask) { ask_ = std::move(ask); }

  // A descriptor was opened. false: the table is full, and nothing could give way.
  bool hasRoomFor(int fd) { return fd < marks_.crowded || (makeRoom() || fd < marks_.full); }
  bool isLast(int fd) const { return fd >= marks_.last; }
  // Returns whether there is room for the next descriptor that is opened.
  bool hasRoom();

  // Closes some of the connections that are idle for longest, or one client of that listener. Whether there were any.
  bool giveWay(const Admissions* listener);
  // Does the same, and asks the other loops if nothing here could be closed.
  bool makeRoom();
  bool makePlace(const Admissions& listener);

 private:
  void askOthers(const Admissions* listener);

  uv::Loop& loop_;
  IntrusiveList<Session>& sessions_;
  IdleOrigins& origins_;
  const DescriptorMarks marks_;
  Ask ask_;
  MonoTime lookAgain_{};  // nothing was idle; not before then
  MonoTime askAgain_{};
};

}  // namespace megaphone::server
