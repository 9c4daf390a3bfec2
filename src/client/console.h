// Console: the input and outputs of a session other than the server.
#pragma once

#include "answers.h"
#include "notes.h"
#include "output.h"
#include "report.h"
#include "waiter.h"

namespace megaphone::client {

struct Console {
  int input = 0;
  bool terminal = false;  // a person types the input, line by line
  const Output& output;   // for a stream
  Answers& answers;       // to messages
  const Waiter& waiter;
  const Notes& notes;
  Report& report;
};

}  // namespace megaphone::client
