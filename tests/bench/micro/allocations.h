// Counts what operator new is asked for, by this thread, while a Count lives. On failure of an expectation set
// ALLOCATIONS_ABORT=1 and look at the stack of the first one in a debugger.
#pragma once

#include <cstddef>

namespace megaphone::bench {

class Count {
 public:
  Count();
  ~Count();
  Count(const Count&) = delete;
  Count& operator=(const Count&) = delete;
  std::size_t allocations() const;
};

}  // namespace megaphone::bench
