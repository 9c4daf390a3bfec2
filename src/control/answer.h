// Answer: where a command's words go. A value that may be kept until the daemon knows what to say; who asked may have
// gone by then. Main thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "megaphone/base/unique_fd.h"
#include "request.h"

namespace megaphone::control {

class ControlConnection;

class Answer {
 public:
  explicit Answer(std::weak_ptr<ControlConnection> connection) : connection_(std::move(connection)) {}

  // One of the two, once. failed() may also come between begin() and go().
  void done(std::string text) const;
  void failed(std::string text) const;
  void failed(const Mistake& mistake) const;

  // Or, instead: a descriptor of its own, for an answer that lasts. `onLeave` is called once if who asked wants no
  // more. Nothing: nobody is there any more.
  std::optional<UniqueFd> begin(std::function<void()> onLeave) const;
  // "ok": what is written to the descriptor from here on is the answer.
  void go() const;
  // Ends the answer. REQUIRES: the descriptor is closed.
  void end() const;

 private:
  std::weak_ptr<ControlConnection> connection_;
};

}  // namespace megaphone::control
