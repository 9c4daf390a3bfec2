#include "environment.h"

#include <unistd.h>

#include <cstdlib>

#include "megaphone/base/ascii.h"

namespace megaphone::app {

std::optional<std::uint64_t> environmentNumber(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? ascii::parseDecimal(text) : std::nullopt;
}

bool namesThisProcess(const char* variable) {
  return environmentNumber(variable) == static_cast<std::uint64_t>(::getpid());
}

}  // namespace megaphone::app
