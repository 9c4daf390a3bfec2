// startThread: starts a named thread with all signals blocked.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "megaphone/base/result.h"

namespace megaphone {

// Starts a thread that runs `body` with all signals blocked: the main thread handles them. Fails if the system allows
// no further thread (RLIMIT_NPROC, TasksMax=). REQUIRES: `name` has at most 15 bytes.
Result<std::thread> startThread(const std::string& name, std::function<void()> body);

}  // namespace megaphone
