// Answer: where a command's words go. A value that may be kept until the daemon knows what to say; who asked may have
// gone by then. Main thread.
#pragma once

#include <memory>
#include <string>

#include "request.h"

namespace megaphone::control {

class Visit;

class Answer {
 public:
  explicit Answer(std::weak_ptr<Visit> visit) : visit_(std::move(visit)) {}

  // One of the two, once.
  void done(std::string text) const;
  void failed(std::string text) const;
  void failed(const Mistake& mistake) const;

 private:
  std::weak_ptr<Visit> visit_;
};

}  // namespace megaphone::control
