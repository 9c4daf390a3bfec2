// Starting threads: each has a name, hears no signal, and may not be had.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "megaphone/base/result.h"

namespace megaphone {

// A thread that runs `body`. Signals are the main thread's business. An error where the system has none to give
// (RLIMIT_NPROC, TasksMax=). `name`: at most 15 bytes.
Result<std::thread> startThread(const std::string& name, std::function<void()> body);

}  // namespace megaphone
