// LivenessCheck: who of several threads has answered a question that was put to all of them. Pure.
//
// There is one question at a time: a thread that is stuck is not sent a second one.
#pragma once

#include <cstddef>
#include <vector>

namespace megaphone::app {

class LivenessCheck {
 public:
  explicit LivenessCheck(std::size_t threads) : present_(threads, true) {}

  // Puts the question. false: the one before is still open.
  bool begin();
  // That thread has answered. Whether it was the last that was waited for.
  bool answer(std::size_t thread);
  // Who has not answered the question.
  std::vector<std::size_t> missing() const;

 private:
  std::vector<bool> present_;
};

}  // namespace megaphone::app
