// LoopQuestions: the questions to a loop, for LoopWorker::run: one function each, called on the loop's thread. The
// answers are values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "megaphone/record/live_connection.h"

namespace megaphone::server {

struct LoopContext;

// The connections of one loop's clients at one moment.
struct Listed {
  std::vector<record::LiveConnection> connections;  // the oldest first
  std::uint64_t total = 0;                          // those that are left out included
};

// Lists `most` connections at most.
Listed list(LoopContext& loop, std::size_t most);

}  // namespace megaphone::server
