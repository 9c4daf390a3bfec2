// Shortage: what constructors throw that find no descriptor, no thread or no memory. Caught by who can do without what
// was to be made: the start of the daemon. All else is told by Result.
#pragma once

#include <exception>
#include <utility>

#include "megaphone/base/result.h"

namespace megaphone {

struct Shortage final : std::exception {
  explicit Shortage(Error e) : error(std::move(e)), text(describe(error)) {}
  const char* what() const noexcept override { return text.c_str(); }

  Error error;
  std::string text;
};

template <class T>
T orThrow(Result<T> result) {
  if (!result) throw Shortage(std::move(result.error()));
  return std::move(*result);
}

}  // namespace megaphone
