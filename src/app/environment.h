// Numbers that the service manager gives by the environment.
#pragma once

#include <cstdint>
#include <optional>

namespace megaphone::app {

// Nothing: it is not set, or is no number.
std::optional<std::uint64_t> environmentNumber(const char* variable);

// Returns whether `variable` names this very process.
bool namesThisProcess(const char* variable);

}  // namespace megaphone::app
